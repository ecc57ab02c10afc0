"""Stage 3: mean, modes and ears as B-spline nets (least squares, bending term, parameter correction), landmarks,
atlas tables and measure sites; writes WORK/head.bin without its last block (tool_headgradients).

With WORK/grad.npz (population.py) mean and symmetric modes are first brought to ANSUR II spreads.

usage: net.py HEADS WORK"""
from common import *
import scipy.sparse as sp, scipy.sparse.linalg as sla, json, struct, sys, os
D,WORK=sys.argv[1]+'/',sys.argv[2]+'/'
z=np.load(WORK+'ext.npz');W=sp.csr_matrix((z['W_data'],z['W_ind'],z['W_ptr']),shape=(len(z['W_ptr'])-1,11248));off=z['off'];T=z['T'];TA=z['TA'];nvA=int(z['nvA']);X0=z['X'];ear=z['ear'];zeta=None;
q=np.load(WORK+'uv.npz');u=q['u'];v=q['v'];d=q['d'];earL=z['earLA'];zeta=q['zeta'];VE=float(q['VE'])
S=np.load(WORK+'samples.npz');tragO=int(S['trag']);S=S['S'];nv=len(u)
CU,CV,RF=48,36,3
NU,NV=CU*RF,CV*RF
def cumknots(n,dens):
    x=np.linspace(0,1,4001);f=dens(x);c=np.r_[0,np.cumsum((f[1:]+f[:-1])/2)];c/=c[-1];return np.interp(np.linspace(0,1,n+1),c,x)
sg=lambda x:1/(1+np.exp(-x))
ku=cumknots(CU,lambda x:1+1.4*sg((x-.08)/.02)*sg((.43-x)/.02))
kv=cumknots(CV,lambda x:1+1.0*sg((.52-abs(2*x-1))/.05))*2-1
kv=(kv-kv[::-1])/2
def half(k): return np.interp(np.arange(len(k)*RF-RF+1)/RF,np.arange(len(k)),k)
fu,fv=half(ku),half(kv)
def extp(k,p): n=len(k)-1; return np.r_[k[n-3:n]-p,k,k[1:4]+p]     # periodic: knots -3..n+3
def extc(k): return np.r_[[k[0]]*3,k,[k[-1]]*3]
def basis(k,x,periodic):
    """sparse (len(x), nctrl). ctrl i has support k[i..i+4] of the extended knots"""
    n=len(k)-1;e=extp(k,k[-1]-k[0]) if periodic else extc(k)
    x=np.asarray(x,float); sp_=np.clip(np.searchsorted(k,x,side='right')-1,0,n-1)
    N=np.zeros((len(x),4));N[:,0]=1
    s=sp_+3
    left=np.zeros((len(x),4));right=np.zeros((len(x),4))
    for j in range(1,4):
        left[:,j]=x-e[s+1-j];right[:,j]=e[s+j]-x;saved=np.zeros(len(x))
        for r in range(j):
            den=right[:,r+1]+left[:,j-r];t=N[:,r]/np.where(den==0,1,den);N[:,r]=saved+right[:,r+1]*t;saved=left[:,j-r]*t
        N[:,j]=saved
    cols=sp_[:,None]+np.arange(4)[None]
    m=n if periodic else n+3
    if periodic: cols=cols%n
    return N,cols,m
def design(kU,kV,u,v):
    a,ca,ma=basis(kU,u,True);b,cb,mb=basis(kV,v,False)
    w=(a[:,:,None]*b[:,None,:]).reshape(len(u),-1);c=(ca[:,:,None]*mb+cb[:,None,:]).reshape(len(u),-1)
    return sp.csr_matrix((w.ravel(),(np.repeat(np.arange(len(u)),16),c.ravel())),shape=(len(u),ma*mb)),ma,mb
def reg(ma,mb):
    I=lambda n:sp.identity(n);
    Dp=sp.csr_matrix((np.r_[np.ones(ma),-2*np.ones(ma),np.ones(ma)],(np.r_[range(ma)]*1 if 0 else np.tile(np.arange(ma),3),np.r_[(np.arange(ma)-1)%ma,np.arange(ma),(np.arange(ma)+1)%ma])),shape=(ma,ma))
    D1=sp.csr_matrix((np.r_[np.ones(ma),-np.ones(ma)],(np.tile(np.arange(ma),2),np.r_[(np.arange(ma)+1)%ma,np.arange(ma)])),shape=(ma,ma))
    n=mb-2;Dv=sp.csr_matrix((np.r_[np.ones(n),-2*np.ones(n),np.ones(n)],(np.tile(np.arange(n),3),np.r_[np.arange(n),np.arange(n)+1,np.arange(n)+2])),shape=(n,mb))
    n=mb-1;E1=sp.csr_matrix((np.r_[np.ones(n),-np.ones(n)],(np.tile(np.arange(n),2),np.r_[np.arange(n)+1,np.arange(n)])),shape=(n,mb))
    A=sp.kron(Dp,I(mb));B=sp.kron(I(ma),Dv);Cc=sp.kron(D1,E1)
    return (A.T@A+B.T@B+2*Cc.T@Cc).tocsc(),D1
# samples: vertices, edge mids, face centroids
Ed=np.unique(np.sort(np.concatenate([T[:,[0,1]],T[:,[1,2]],T[:,[2,0]]]),1),axis=0)
M=sp.csr_matrix((np.r_[np.ones(nv),np.full(2*len(Ed),.5),np.full(3*len(T),1/3)],(np.r_[np.arange(nv),nv+np.tile(np.arange(len(Ed)),2),nv+len(Ed)+np.repeat(np.arange(len(T)),3)],np.r_[np.arange(nv),Ed[:,0],Ed[:,1],T.ravel()])))
ds=M@d;ds/=np.linalg.norm(ds,axis=1,keepdims=True)
us=(np.arctan2(ds[:,2],-ds[:,1])/(2*np.pi))%1;vs=np.arcsin(np.clip(ds[:,0],-1,1))/(np.pi/2)
wt=np.r_[(np.bincount(T.ravel(),minlength=nv)>0)*1.,np.full(len(Ed),.5),np.full(len(T),.5)]
# flattened ears operator
E=np.concatenate([T[:,[0,1]],T[:,[1,2]],T[:,[2,0]]]);ones=sp.csr_matrix((np.ones(len(E)*2),(np.r_[E[:,0],E[:,1]],np.r_[E[:,1],E[:,0]])),shape=(nv,nv));ones.data[:]=1
Ln=sp.identity(nv)-sp.diags(1/np.maximum(np.asarray(ones.sum(1)).ravel(),1))@ones;B=(Ln.T@Ln).tocsr()
nos=z['nos'];hid=ear|nos;fr=np.where(hid)[0];fx=np.where(~hid&(np.bincount(T.ravel(),minlength=nv)>0))[0];lu=sla.splu(B[fr][:,fr].tocsc())
def flat(X):
    F=X.copy();F[fr]=lu.solve(-(B[fr][:,fx]@X[fx]));return F
def solver(kU,kV,us,vs,wt,lam,polew,both=True):
    A,ma,mb=design(kU,kV,us,vs);R,D1=reg(ma,mb)
    Q=(A.T@sp.diags(wt)@A+lam*R)
    for j,on in ((0,both),(mb-1,True)):
        if on:
            e=sp.csr_matrix(([1.],([0],[j])),shape=(1,mb));P=sp.kron(D1,e);Q=Q+polew*P.T@P
    if not both:
        g=2*np.pi*(np.arange(ma)+2-3-.0)/ma;Hm=np.c_[np.ones(ma),np.cos(g),np.sin(g)];Hm/=np.linalg.norm(Hm,axis=0);Pm=sp.csr_matrix(np.eye(ma)-Hm@Hm.T)
        for j,wj in((mb-2,1.),(mb-3,.3),(mb-4,.03)):
            e=sp.csr_matrix(([1.],([0],[j])),shape=(1,mb));P=sp.kron(Pm,e);Q=Q+wj*P.T@P
    f=sla.splu(Q.tocsc())
    return (lambda Y:f.solve(A.T@(wt[:,None]*Y))),A,ma,mb
# PCA on extended vertices
usedB=np.zeros(nv,bool);usedB[T.ravel()]=True
Z=np.array([W@s for s in S])+off;Z=np.concatenate([Z,np.zeros((len(Z),nv-nvA,3))],1)
mean=Z.mean(0)
nh=len(Z)//2
sym=(Z[:nh]+Z[nh:])/2-mean; asy=(Z[:nh]-Z[nh:])/2
wv=np.ones(nv);wv[nvA:]=0;wv[mean[:,1]<-100]=.3
def pca(Dv,m):
    Y=(Dv*wv[None,:,None]).reshape(nh,-1);g=Y@Y.T;e,U=np.linalg.eigh(g);o=np.argsort(-e)[:m]
    print('explained',(e[o].sum()/e.sum()).round(4), 'sd mm',np.sqrt(e[o]/nh/nv).round(2)[:10])
    out=[]
    for k in o:
        c=U[:,k]*np.sqrt(e[k]); # scores of heads
        out.append(np.tensordot(c/(c@c),Dv,1)*np.sqrt((c@c)/nh))
    return np.array(out)
modes=np.concatenate([pca(sym,34),pca(asy,6)])
if os.path.exists(WORK+'grad.npz'):
    gz=np.load(WORK+'grad.npz');G=gz['G'];mu=gz['mu'];Sg=gz['S']   # measures x 34
    K=G.T@np.linalg.inv(G@G.T);I_=np.eye(34);Cv=(I_-K@G)@(I_-K@G).T*.72**2+K@Sg@K.T
    e_,U_=np.linalg.eigh(Cv);o_=np.argsort(-e_);Lm=U_[:,o_]*np.sqrt(e_[o_])
    dm=K@mu;print('mean shift weights',np.abs(dm).max().round(2),'new sds',np.sqrt(e_[o_]).round(2)[:8],np.sqrt(e_[o_]).round(2)[-4:])
    mean=mean+np.tensordot(dm,modes[:34],1)
    modes[:34]=np.tensordot(Lm.T,modes[:34],1)
    size=np.sqrt((modes[:34]**2*wv[None,:,None]).sum((1,2)));oo=np.argsort(-size);modes[:34]=modes[:34][oo]
print('modes',modes.shape)
def both_sides(Y,sign=1):
    return Y

# nostrils: only the inside is replaced, for both patches
frn=np.where(nos)[0];fxn=np.where(~nos&(np.bincount(T.ravel(),minlength=nv)>0))[0];lun=sla.splu(B[frn][:,frn].tocsc())
def unnose(X):
    F=X.copy();F[frn]=lun.solve(-(B[frn][:,fxn]@X[fxn]));return F
meanN=unnose(mean);mean=meanN;modes=np.array([unnose(mm+0) for mm in modes])
# smooth samples: PN-quadratic midpoints and centroids (normals of the mean, so linear)
def samples_op(Xref,nrm=None):
    nrm=normals(Xref,T)
    def op(X):
        a,b=X[Ed[:,0]],X[Ed[:,1]];na,nb=nrm[Ed[:,0]],nrm[Ed[:,1]]
        d=b-a;m=(a+b)/2-((na*d).sum(1)[:,None]*na-(nb*d).sum(1)[:,None]*nb)/8
        eid={};
        c=-(X[T].sum(1))/9+4/9*(m[te[:,0]]+m[te[:,1]]+m[te[:,2]])
        return np.concatenate([X,m,c])
    return op
key=lambda a,b:np.minimum(a,b)*nv+np.maximum(a,b)
ek=key(Ed[:,0],Ed[:,1]);so=np.argsort(ek)
te=np.stack([so[np.searchsorted(ek[so],key(T[:,k],T[:,(k+1)%3]))] for k in range(3)],1)
Fm=flat(mean);opS=samples_op(Fm)
YS=opS(Fm)
def evalp(net,kU,kV,u,v):
    a,ca,ma=basis(kU,u,True);b,cb,mb=basis(kV,v,False)
    h=1e-5
    f=lambda uu,vv:design(kU,kV,uu%1,np.clip(vv,kV[0],kV[-1]))[0]@net.reshape(-1,3)
    p=f(u,v);return p,(f(u+h,v)-f(u-h,v))/(2*h),(f(u,np.clip(v+h,kV[0],kV[-1]))-f(u,np.clip(v-h,kV[0],kV[-1])))/(2*h)
def correct(net,kU,kV,u,v,Y,mu,mv,active,damp=.7):
    p,pu,pv=evalp(net,kU,kV,u,v);r=Y-p
    a=(pu*pu).sum(1);b=(pu*pv).sum(1);c=(pv*pv).sum(1);e=(pu*r).sum(1);g=(pv*r).sum(1)
    lm=1e-2*(a+c);lmu=1e-2*a+1;lmv=1e-2*c+1
    det=(a+lmu)*(c+lmv)-b*b;du=((c+lmv)*e-b*g)/det;dv=((a+lmu)*g-b*e)/det
    du=np.clip(du,-mu,mu)*damp;dv=np.clip(dv,-mv,mv)*damp
    return (u+np.where(active,du,0))%1,np.clip(v+np.where(active,dv,0),kV[0],kV[-1])
us0,vs0=us.copy(),vs.copy()
mirS=None
LAM=4e-3
for it in range(7):
    sv,A,ma,mb=solver(fu,fv,us,vs,wt,LAM*(4 if it<3 else 1),1.)
    mnet=sv(YS).reshape(ma,mb,3)
    mnet=(mnet+mnet[:,::-1]*[-1,1,1])/2
    r=YS-A@mnet.reshape(-1,3);p_,pu_,pv_=evalp(mnet,fu,fv,us,np.clip(vs,-.995,.995));nn=np.cross(pv_,pu_);nn/=np.linalg.norm(nn,axis=1,keepdims=True)+1e-12
    nr=abs((r*nn).sum(1));tot=np.linalg.norm(r,axis=1);fc=(YS[:,2]>60)&(YS[:,1]>-80)
    print(it,'total',np.percentile(tot,[50,95,99]).round(3),'normal all',np.percentile(nr,[50,95,99,100]).round(3),'scalp',np.percentile(nr[YS[:,1]>50],[50,95]).round(4),'face',np.percentile(nr[fc],[50,95,99]).round(3))
    if it<6: us,vs=correct(mnet,fu,fv,us,vs,YS,.004,.006,abs(vs0)<VE-.1)
svc,Ac,ca,cb=solver(ku,kv,us,vs,wt,5e-3,1.)
cm=[]
for k in range(40):
    Y=flat(mean+modes[k])-flat(mean)
    n=svc(opS(Y)).reshape(ca,cb,3);s=1 if k<34 else -1
    n=(n+s*n[:,::-1]*[-1,1,1])/2;cm.append(n)
    if k in(0,1,5,20,34):
        e=np.linalg.norm(Ac[:nv]@n.reshape(-1,3)-Y,axis=1);print('mode',k,'size',np.linalg.norm(Y,axis=1).mean().round(2),'err',np.percentile(e,[50,95,100]).round(3))
cm=np.array(cm)
# ear patch (left): s from v_e to 1
EU,ES=64,32
inL=vs>VE-.04
keu=np.linspace(0,1,EU+1);kes=np.linspace(0,1,ES+1)

# ear samples: the true surface inside the loop (and the skin between the loop and the rim)
rz=np.linalg.norm(zeta,axis=1)
tin=TA[(rz[TA]<1).all(1)&(mean[TA,0].min(1)>30)]
EdA=np.unique(np.sort(np.concatenate([tin[:,[0,1]],tin[:,[1,2]],tin[:,[2,0]]]),1),axis=0);vin=np.unique(tin)
nA=normals(mean,TA)
def pn(X):
    a,b=X[EdA[:,0]],X[EdA[:,1]];na,nb=nA[EdA[:,0]],nA[EdA[:,1]];dd=b-a
    return np.concatenate([X[vin],(a+b)/2-((na*dd).sum(1)[:,None]*na-(nb*dd).sum(1)[:,None]*nb)/8])
YEm=pn(mean);ze=np.concatenate([zeta[vin],(zeta[EdA[:,0]]+zeta[EdA[:,1]])/2])
ue=(np.arctan2(ze[:,1],ze[:,0])/(2*np.pi))%1;se=1-np.linalg.norm(ze,axis=1);wte=np.where(se<.12,0,1.)
gu_,gs_=np.meshgrid(np.arange(128)/128,np.linspace(0,.11,7),indexing='ij')
wte=np.r_[wte,np.full(gu_.size,2.)];ue=np.r_[ue,gu_.ravel()];se=np.r_[se,gs_.ravel()]
YEm=np.concatenate([YEm,design(fu,fv,gu_.ravel(),VE+(1-VE)*gs_.ravel())[0]@mnet.reshape(-1,3)])
se0=se.copy()
print('ear samples',len(ue),se.min(),se.max())
for it in range(7):
    sve,Ae,ea,eb=solver(keu,kes,ue,np.clip(se,0,1),wte,6e-3*(4 if it<3 else 1),1.,both=False)
    enet=sve(YEm).reshape(ea,eb,3)
    e=np.linalg.norm(Ae@enet.reshape(-1,3)-YEm,axis=1);print('ear fit',np.percentile(e,[50,95,100]).round(3))
    if it<6: ue,se=correct(enet,keu,kes,ue,se,YEm,.01,.02,(se<.93)&(se0>.125))
# ear modes on every second knot: the true surface's modes inside, the skin's modes in the rim
EUC,ESC=EU//2,ES//2
svm,Am,eca,ecb=solver(np.linspace(0,1,EUC+1),np.linspace(0,1,ESC+1),ue,np.clip(se,0,1),wte,6e-3,1.,both=False)
Dr=design(ku,kv,gu_.ravel(),VE+(1-VE)*gs_.ravel())[0]
em=[];ers=[]
for k in range(40):
    Y=np.concatenate([pn(modes[k]),Dr@cm[k].reshape(-1,3)]);n=svm(Y).reshape(eca,ecb,3);em.append(n)
    r_=np.linalg.norm(Am@n.reshape(-1,3)-Y,axis=1)[wte>0];ers.append(np.percentile(r_,[50,95]))
print('ear mode resid',np.round(ers[:6],3).tolist())
pe=mean[earL];ecen=pe.mean(0);aff=np.zeros(1)
# landmarks
vn,_=load_obj(D+'ict_neutral.obj')
LMJ=json.load(open(D+'ict_neutral.landmarks.json'))
names="left_pupil right_pupil left_exocanthion right_exocanthion left_endocanthion right_endocanthion sellion glabella pronasale subnasale left_cheilion right_cheilion menton left_tragion right_tragion".split()
from scipy.spatial import cKDTree
# original vertex -> extended index: rows of W that are unit
un={}
for r in range(nvA):
    if W.indptr[r+1]-W.indptr[r]==1 : un.setdefault(W.indices[W.indptr[r]],r)
lm={}
for n in names:
    if n in LMJ and 'pupil' not in n:
        dd,i=cKDTree(vn).query(LMJ[n]);print(n,round(dd,2),end=' ');lm[n]=(us[un[i]],vs[un[i]])
pz=z['pup'] if 'pup' in z else None
for p in pz: lm['left_pupil' if mean[p,0]>0 else 'right_pupil']=(us[p],vs[p])
for n in ('left_tragion',): k_=np.where(vin==un[tragO])[0][0];lm[n]=(ue[k_],VE+(1-VE)*se[k_])
# glabella: most anterior midline point 8..25 mm above the sellion
g=np.where(usedB&(abs(mean[:,0])<.1)&(mean[:,2]>60))[0];se=mean[un[cKDTree(vn).query(LMJ['sellion'])[1]]]
g=g[(mean[g,1]>se[1]+7)&(mean[g,1]<se[1]+25)];g=g[np.argmax(mean[g,2])];print('\nglabella above sellion',mean[g]-se);lm['glabella']=(us[g],vs[g])
for n in list(lm):
    if n.startswith('left_'): lm['right_'+n[5:]]=(lm[n][0],-lm[n][1])
for n in('sellion','glabella','pronasale','subnasale','menton'): lm[n]=(lm[n][0],0.)
print({k:np.round(x,3) for k,x in lm.items()})
# write
cosd=np.cos(np.pi-np.radians(161.0)+0.035)   # trim just inside the data
def q16(a):
    s=np.abs(a).max()/32767.;return s,np.round(a/s).astype('<i2')
hm=(mb+1)//2;hc=(cb+1)//2
b=struct.pack('<4s11I',b'STHD',1,NU,NV,CU,CV,40,34,EU,ES,len(names),0)
b+=ku.astype('<f4').tobytes()+kv.astype('<f4').tobytes()
b+=struct.pack('<2f',cosd,VE)
s,a=q16(mnet[:,mb-hm:]);b+=struct.pack('<f',s)+a.tobytes()
for k in range(40):
    s,a=q16(cm[k][:,cb-hc:]);b+=struct.pack('<f',s)+a.tobytes()
s,a=q16(enet);b+=struct.pack('<f',s)+a.tobytes()
b+=np.array(ecen,'<f4').tobytes()
for k in range(40):
    sc_,a=q16(em[k]);b+=struct.pack('<f',sc_)+a.tobytes()
for n in names: b+=struct.pack('<2f',*lm[n])
open(WORK+'head.bin','wb').write(b);print('head.bin',len(b))
def grid(net,kU,kV,uu,vv):
    A,_,_=design(kU,kV,uu,vv);return A@net.reshape(-1,3)
# atlas tables: theta from the atlas crown, by azimuth (0 = face), of the scalp's border and of the neck ring
AW=0.14
warp=lambda u:u-AW*(1-np.cos(2*np.pi*u))/2
hu=np.linspace(0,1,20001);hw=warp(hu)
tab=[]
for k in range(64):
    az=2*np.pi*k/64;th=np.radians(np.linspace(3,145,400))
    dd=np.c_[np.sin(th)*np.sin(az),np.cos(th),np.sin(th)*np.cos(az)]
    uu=np.interp((np.arctan2(dd[:,2],-dd[:,1])/(2*np.pi))%1,hw,hu);vv=np.arcsin(dd[:,0])/(np.pi/2)
    p=grid(mnet,fu,fv,uu,vv);c=np.cos(az)
    yb=45+ (85+30)/2*c + ((85-30)/2-45)*c*c
    bad=((p[:,1]<yb)&(th>np.radians(30)))|(abs(vv)>VE);tab.append(th[np.argmax(bad)])
tab=np.array(tab)
for _ in range(2): tab=(np.roll(tab,1)+2*tab+np.roll(tab,-1))/4
print('scalp theta',np.degrees(tab).round(0)[:33])
dl=np.arccos(cosd);t=np.linspace(0,2*np.pi,4001)
D=np.c_[np.sin(dl)*np.sin(t),-np.cos(dl)+0*t,np.sin(dl)*np.cos(t)]
nu_=warp((np.arctan2(D[:,2],-D[:,1])/(2*np.pi))%1);nb=np.arcsin(D[:,0])
Dw=np.c_[np.sin(nb),-np.cos(nb)*np.cos(2*np.pi*nu_),np.cos(nb)*np.sin(2*np.pi*nu_)]
az=np.arctan2(Dw[:,0],Dw[:,2])%(2*np.pi);th=np.arccos(Dw[:,1]);o=np.argsort(az)
end=np.interp(np.arange(64)*2*np.pi/64,np.r_[az[o]-2*np.pi,az[o],az[o]+2*np.pi],np.tile(th[o],3))
print('end theta',np.degrees(end).round(0)[:33])
open(WORK+'head.bin','ab').write(tab.astype('<f4').tobytes()+end.astype('<f4').tobytes())

# measure sites
g_u=np.linspace(0,1,1441)[:-1];g_v=np.linspace(-VE,VE,361)
GU,GV=np.meshgrid(g_u,g_v,indexing='ij');GP=grid(mnet,fu,fv,GU.ravel(),GV.ravel())
ok_=(-(-np.cos(GV*np.pi/2)*np.cos(2*np.pi*GU))).ravel()<cosd
gl=grid(mnet,fu,fv,np.array([lm['glabella'][0]]),np.array([0.]))[0]
def near(p): 
    i=np.argmin(((GP-p)**2).sum(1)+1e6*~ok_);print('site',p,'->',GP[i].round(1),GU.ravel()[i].round(4),GV.ravel()[i].round(4));return GU.ravel()[i],GV.ravel()[i]
mid=grid(mnet,fu,fv,g_u,0*g_u);k=np.where((g_u>lm['glabella'][0])&(g_u<.7))[0];k=k[np.argmin(abs(np.linalg.norm(mid[k]-gl,axis=1)-58))]
xs=[(0,g_u[k],0.)]
f_=np.where((GP[:,1]>-22)&(GP[:,1]<-10)&(GP[:,0]>10)&(GP[:,0]<21)&(GP[:,2]>86))[0]
# frontotemporale, alare, gonion, neck sides
fc=(GP[:,2]>20)&(abs(GP[:,1]-gl[1]-8)<1)&(GP[:,0]>0);i=np.where(fc)[0];i=i[np.argmin(abs(GP[i,0]-56.5))];xs.append((0,GU.ravel()[i],GV.ravel()[i]));print('ft',GP[i])
# alare: along rows at y=-14 the first local maximum of x seen from the nose tip
al=(abs(GP[:,1]+15)<.6)&(GP[:,0]>8)&(GP[:,0]<24)&(GP[:,2]>84)&(GP[:,2]<100);i=np.where(al)[0];o=i[np.argsort(-GP[i,2])];print('alare cand',GP[o][::6].round(1).tolist()[:20])
xs.append((0,)+near(np.array([18.3,-14.8,96.8]))); xs.append((0,)+near(np.array([53,-56,22.])))
xs.append((0,)+near(np.array([62,-100,-15.])));
mm=mid[(g_u>.03)&(g_u<.15)];uu_=g_u[(g_u>.03)&(g_u<.15)];i=np.argmin(abs(mm[:,1]+112));xs.append((0,uu_[i],0.));print('neck front',mm[i])
q_=(g_u>.75)&(g_u<.99);mm=mid[q_];i=np.argmin(abs(mm[:,1]+85));xs.append((0,g_u[q_][i],0.));print('neck back',mm[i])
e_u,e_s=np.meshgrid(np.linspace(0,1,361)[:-1],np.linspace(.12,.97,120),indexing='ij')
EP=grid(enet,keu,kes,e_u.ravel(),e_s.ravel());cE=EP-ecen;lean=.26
al_=cE[:,1]*np.cos(lean)-cE[:,2]*np.sin(lean);ac_=-cE[:,1]*np.sin(lean)-cE[:,2]*np.cos(lean)
def es(i,n): print(n,EP[i].round(1));return (2,e_u.ravel()[i],e_s.ravel()[i])
fl=EP[:,0]>74
xs.append(es(np.argmax(np.where((EP[:,0]>78)&(EP[:,1]<30)&(EP[:,2]<5),al_,-99)),'super'));xs.append(es(np.argmin(np.where(EP[:,0]>70,al_,99)*1.),'sub'))
fi=np.argmin(((EP-np.array([73.5,0,7.5]))**2).sum(1));xs.append(es(fi,'front'))
pi=np.argmax(np.where(EP[:,0]>80,ac_,-99));xs.append(es(pi,'post'))
hx=np.argmax(EP[:,0]);xs.append(es(hx,'helix'))
pu_,pv_=np.meshgrid(np.linspace(0,1,361)[:-1],np.linspace(VE,.985,80),indexing='ij');rm=grid(mnet,fu,fv,pu_.ravel(),pv_.ravel());i=np.argmin(((rm-np.array([70,11,-33]))**2).sum(1));xs.append((0,pu_.ravel()[i],pv_.ravel()[i]));print('mastoid',rm[i])
open(WORK+'head.bin','ab').write(b''.join(struct.pack('<I2f',p,a,b) for p,a,b in xs));print(len(xs),'sites')
