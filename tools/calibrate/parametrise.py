"""Stage 2: where every vertex lies in (u, v).

Fills eyes, mouth and the nostrils' insides, clips the neck, replaces the ears by smooth caps, and maps the sheet by
Tutte's embedding with cotangent weights to the disc and on to the sphere, ears at the poles; then the left ear to a
disc of its own.

usage: parametrise.py WORK"""
from common import *
import scipy.sparse as sp, scipy.sparse.linalg as sla
from scipy.spatial import cKDTree
import sys
WORK=sys.argv[1]+'/'
z=np.load(WORK+'samples.npz');S=z['S'];ref=z['ref'];tri=z['tri'];mir=z['mir'];trag=int(z['trag'])
n0=len(ref)
cx=ref[tri,0].mean(1);half=tri[cx>0];tri=np.concatenate([half,mir[half][:,::-1]]);print('tris',len(tri))
# P: sparse operator from original vertices -> extended vertices (fills, flattened ears, clip)
def loops(t):
    e=set()
    for a,b,c in t: e|={(a,b),(b,c),(c,a)}
    bd={p:q for (p,q) in e if (q,p) not in e}
    out=[];seen=set()
    for s in sorted(bd):
        if s in seen: continue
        l=[];p=s
        while p not in seen: seen.add(p);l.append(p);p=bd[p]
        out.append(l)
    return out
L=loops(tri.tolist())
eyeL=[l for l in L if len(l)==42]; mouth=[l for l in L if len(l)==74][0]
rows=[];cols=[];vals=[];off=[]   # extended = W @ orig + off
def add(w,o=(0,0,0)):
    r=len(off)
    for k,x in w.items(): rows.append(r);cols.append(k);vals.append(x)
    off.append(o);return r
for i in range(n0): add({i:1.})
T=tri.tolist()
def fill_eye(l):
    K=5;n=len(l);prev=list(l);rings=[]
    z0=ref[l,2].mean()
    for j in range(1,K):
        f=1-j/K; ring=[]
        for a in l:
            w={b:(1-f)/n for b in l}; w[a]+=f
            ring.append(add(w,(0,0,2.6*(1-f*f))))
        for i in range(n):
            a,b,c,d=prev[i],prev[(i+1)%n],ring[i],ring[(i+1)%n]
            T.extend([[b,a,c],[b,c,d]])
        prev=ring;rings.append(ring)
    c=add({b:1/n for b in l},(0,0,2.6))
    for i in range(n): T.append([prev[(i+1)%n],prev[i],c])
    return c,rings
eyeL.sort(key=lambda l:-ref[l,0].mean())
mirE={i:int(mir[i]) for i in range(n0)}
cl,rl=fill_eye(eyeL[0])
nb=len(T);
cr,rr_=fill_eye(eyeL[1])
pup=[cl,cr];mirE[cl]=cr;mirE[cr]=cl
pos={a:i for i,a in enumerate(eyeL[1])}
for A_,B_ in zip(rl,rr_):
    for i,a in enumerate(eyeL[0]):
        j=pos[int(mir[a])];mirE[A_[i]]=B_[j];mirE[B_[j]]=A_[i]
# the right eye's triangles: the left's mirrored
nt=nb-len(rl)*0
left=[t for t in T[len(tri):nb]];T=T[:nb]+[[mirE[c],mirE[b],mirE[a]] for a,b,c in left]
def fill_mouth(l):
    n=len(l);x=ref[l,0];y=ref[l,1];ym=None
    # medial partner: the loop vertex of the other lip nearest in x
    k0=int(np.argmin(x));k1=int(np.argmax(x))
    A=[(k0+i)%n for i in range((k1-k0)%n+1)];B=[(k1+i)%n for i in range((k0-k1)%n+1)]
    side={}
    for i in A: side[i]=B
    for i in B: side.setdefault(i,A)
    prev=list(l)
    for j,f in ((1,.6),(2,.25),(3,.05)):
        ring=[]
        for i in range(n):
            o=side[i];k=o[int(np.argmin(abs(x[o]-x[i])))]
            w={};g=(1+f)/2
            w[l[i]]=w.get(l[i],0)+g;w[l[k]]=w.get(l[k],0)+1-g
            ring.append(add(w,(0,0,-1.0*(1-f))))
        for i in range(n):
            a,b,c,d=prev[i],prev[(i+1)%n],ring[i],ring[(i+1)%n];T.extend([[b,a,c],[b,c,d]])
        prev=ring
        pos={a:i for i,a in enumerate(l)}
        for i,a_ in enumerate(l): mirE[ring[i]]=ring[pos[int(mir[a_])]]
    # zip: stitch the two sides
    a=[prev[i] for i in A]; b=[prev[i] for i in B][::-1]
    i=j=0
    while i<len(a)-1 or j<len(b)-1:
        fi=(i+1)/(len(a)-1) if i<len(a)-1 else 9; fj=(j+1)/(len(b)-1) if j<len(b)-1 else 9
        if fi<=fj:
            tr=[a[i+1],a[i],b[j]];i+=1
        else: tr=[b[j],b[j+1],a[i]];j+=1
        if len(set(tr))==3:T.append(tr)
fill_mouth(mouth)
n1=len(off)
W=sp.csr_matrix((vals,(rows,cols)),shape=(n1,n0));off=np.array(off)
ext=lambda X:W@X+off
X=ext(ref)
# clip by plane y - b z > a
pa,pb=-153.,-0.25
T=np.array(T);d=X[:,1]-pb*X[:,2]-pa
keep=[];cutv={};cw=[]
def cut(a,b):
    k=(min(a,b),max(a,b))
    if k not in cutv:
        f=d[k[0]]/(d[k[0]]-d[k[1]]); f=min(max(f,0.02),0.98)
        cutv[k]=n1+len(cw);cw.append((k[0],k[1],f))
    return cutv[k]
for t in T.tolist():
    s=[d[i]>0 for i in t];m=sum(s)
    if m==3: keep.append(t);continue
    if m==0: continue
    while not (s[0] and (m==1 or s[1])): t=t[1:]+t[:1];s=s[1:]+s[:1]
    a,b,c=t
    if m==1: keep.append([a,cut(a,b),cut(a,c)])
    else:
        p,q=cut(b,c),cut(a,c);keep+= [[a,b,p],[a,p,q]]
nc=len(cw)
C=sp.csr_matrix((np.r_[[1-f for _,_,f in cw],[f for _,_,f in cw]],(np.r_[range(nc),range(nc)],[a for a,_,_ in cw]+[b for _,b,_ in cw])),shape=(nc,n1))
W=sp.vstack([W,C@W]).tocsr();off=np.r_[off,C@off]
T=np.array(keep);X=ext(ref)
for (a_,b_),i in cutv.items():
    x_,y_=mirE[a_],mirE[b_];mirE[i]=cutv[(min(x_,y_),max(x_,y_))]
used=np.unique(T);new=-np.ones(len(off),int);new[used]=np.arange(len(used));T=new[T];W=W[used];off=off[used];X=X[used]
def V(i): return new[i]
nv=len(X);bl=loops(T.tolist());print('verts',nv,'tris',len(T),'loops',[len(l) for l in bl]);bd=max(bl,key=len)
mirX=new[np.array([mirE[int(o)] for o in used])];print('mirror max',abs(X[mirX]-X*[-1,1,1]).max(),(mirX[mirX]==np.arange(nv)).all())
# ear region (left, by ellipse round the auricle) and its mirror
c=X[V(trag)]
ey=(X[:,1]-(-6.))/36.;ez=(X[:,2]-(-11.))/27.
earL=(ey**2+ez**2<1)&(X[:,0]>40)
earR=earL[mirX] if False else ((ey**2+ez**2<1)&(X[:,0]<-40))
print('ear verts',earL.sum(),earR.sum(),X[earL].min(0),X[earL].max(0))
E=np.concatenate([T[:,[0,1]],T[:,[1,2]],T[:,[2,0]]])
from collections import deque
nbr=[[] for _ in range(nv)]
for a_,b_ in E: nbr[a_].append(b_)
def nostril():
    seed=np.argmin(((X-[7,-11.4,86])**2).sum(1))
    dep=(X[:,1]-(-16.5+.39*(X[:,2]-97)))/1.07
    for thr in np.arange(0,8,.25):
        seen={int(seed)};q=deque(seen)
        while q:
            p=q.popleft()
            for r in nbr[p]:
                if r not in seen and dep[r]>thr and X[r,0]>0.5: seen.add(int(r));q.append(r)
            if len(seen)>400: break
        if len(seen)<=400: print('nostril thr',thr,len(seen),X[list(seen)].min(0),X[list(seen)].max(0));return np.array(sorted(seen))
nosL=nostril();nos=np.zeros(nv,bool);nos[nosL]=True;nos[mirX[nosL]]=True

# mesh A keeps the true ears; mesh B (the head's) replaces each by rings towards one middle vertex
TA=T.copy();nvA=nv;EA=E.copy()
inear=(earL|earR)[T].any(1);TB=T[~inear].tolist()
lp=[l for l in loops(TB) if abs(X[l,0].mean())>30 and len(l)>25];print('ear loops',[len(l) for l in lp])
lL=[l for l in lp if X[l,0].mean()>0][0];nL=len(lL);K=8
mx=list(mirX);fillL=[];
def ringfill(l,base,flip):
    prev=list(l);n=len(l);out=[]
    for j in range(1,K):
        ring=[base+(j-1)*n+i for i in range(n)]
        for i in range(n):
            a,b,c,e=prev[i],prev[(i+1)%n],ring[i],ring[(i+1)%n]
            out+= [[b,a,c],[b,c,e]]
        prev=ring
    c=base+(K-1)*n
    for i in range(n): out.append([prev[(i+1)%n],prev[i],c])
    return out,c
nf=(K-1)*nL+1
tl,cl=ringfill(lL,nvA,0)
mapR={nvA+i:nvA+nf+i for i in range(nf)};mapR.update({a:int(mirX[a]) for a in lL})
tr=[[mapR[c],mapR[b],mapR[a]] for a,b,c in tl];cr=cl+nf
T=np.array(TB+tl+tr);nv=nvA+2*nf
mirX=np.r_[mirX,np.arange(nvA+nf,nv),np.arange(nvA,nvA+nf)]
Xl=np.array([X[lL].mean(0)]*nf);X=np.r_[X,Xl,Xl*[-1,1,1]]
ear=np.zeros(nv,bool);ear[nvA:]=True;earA=np.r_[earL|earR,np.zeros(2*nf,bool)];earLA=np.r_[earL,np.zeros(2*nf,bool)]
nos=np.r_[nos,np.zeros(2*nf,bool)]
# initial ring positions: straight lines to the middle
for side,base,l in((0,nvA,lL),(1,nvA+nf,[int(mirX[a]) for a in lL])):
    c0=X[l].mean(0)
    for j in range(1,K): X[base+(j-1)*nL:base+j*nL]=X[l]+(c0-X[l])*j/K
    X[base+(K-1)*nL]=c0
E=np.concatenate([T[:,[0,1]],T[:,[1,2]],T[:,[2,0]]])
usedB=np.zeros(nv,bool);usedB[T.ravel()]=True
# cot weights
def cotw(X):
    w=sp.lil_matrix((nv,nv));r=[];cc=[];vv=[]
    for k in range(3):
        i,j,o=T[:,k],T[:,(k+1)%3],T[:,(k+2)%3]
        a=X[i]-X[o];b=X[j]-X[o];ct=(a*b).sum(1)/(np.linalg.norm(np.cross(a,b),axis=1)+1e-9)
        ct=np.clip(ct,0.05,4)/2
        r+=[i,j];cc+=[j,i];vv+=[ct,ct]
    return sp.csr_matrix((np.concatenate(vv),(np.concatenate(r),np.concatenate(cc))),shape=(nv,nv))
ones=sp.csr_matrix((np.ones(len(E)*2),(np.r_[E[:,0],E[:,1]],np.r_[E[:,1],E[:,0]])),shape=(nv,nv));ones.data[:]=1
# flatten ears: bilaplacian uniform
deg=np.maximum(np.asarray(ones.sum(1)).ravel(),1);Lp=sp.diags(deg)-ones
hid=ear|nos
fr=np.where(hid)[0];fx=np.where(~hid&usedB)[0]
dg=sp.diags(1/deg);Ln=dg@Lp
B=(Ln.T@Ln).tocsr()
lu=sla.splu(B[fr][:,fr].tocsc())
F=X.copy();F[fr]=lu.solve(-(B[fr][:,fx]@X[fx]))
# weights: cot on flattened, uniform within ears and fills
w=cotw(F)
fillv=(new[np.arange(n0,n1)]);fillv=fillv[fillv>=0]
uni=nos.copy();uni[fillv]=True;uni[earA]=False
co=w.tocoo();m=uni[co.row]|uni[co.col];co.data[m]=1.0;w=co.tocsr()
def tutte(w,target=None):
    Lw=sp.diags(np.asarray(w.sum(1)).ravel())-w
    bset=np.zeros(nv,bool);bset[bd]=True
    inn=np.where(~bset&usedB)[0]
    P=np.zeros((nv,2));b=np.array(bd)
    # boundary: by angle about the neck's middle, front at -90 deg
    Bx=X[b];ang=bang
    P[b]=np.c_[np.cos(ang),np.sin(ang)]
    P[inn]=sla.splu(Lw[inn][:,inn].tocsc()).solve(-(Lw[inn][:,b]@P[b]))
    return P
# boundary angle by arc length, symmetric, front = -90
b=np.array(bd);Xb=X[b];seg=np.linalg.norm(np.roll(Xb,-1,0)-Xb,axis=1);s=np.r_[0,np.cumsum(seg)];tot=s[-1];s=s[:-1]
f=np.argmax(Xb[:,2]-100*abs(Xb[:,0])); k=np.argmin(Xb[:,2]+100*abs(Xb[:,0]))
sg=1 if Xb[(f+3)%len(b),0]>Xb[f,0] else -1
bang=-np.pi/2+sg*2*np.pi*(s-s[f])/tot; print('back angle',np.degrees(bang[k])%360)
conch=None
def to_sphere(P,pole):
    zc=P[:,0]+1j*P[:,1]
    # Moebius on the disc along the imaginary axis so that the ear lies on the real axis
    lo,hi=-.95,.95
    g=lambda a:(zc-1j*a)/(1+1j*a*zc)   # keeps the disc, moves i*a to 0
    for _ in range(60):
        mid=(lo+hi)/2
        if g(mid)[pole].imag>0: lo=mid
        else: hi=mid
    zz=g((lo+hi)/2);ex=zz[pole].real
    q=zz/ex; r=abs(q); th=2*np.arctan(r); tm=2*np.arctan(1/abs(ex)); t0=np.radians(112); e=np.maximum(th-t0,0)
    kk=max(0,(tm-np.radians(161))/(tm-t0)**2); th=th-kk*e*e
    # disc: x right(left of head +), y: -1 = front.  crown +y
    dirs=np.c_[np.sin(th)*q.real/(r+1e-15),np.cos(th),-np.sin(th)*q.imag/(r+1e-15)]
    dirs=(dirs+dirs[mirX]*[-1,1,1])/2;dirs/=np.linalg.norm(dirs,axis=1,keepdims=True)
    return dirs,ex
# pole: concha vertex, deepest inside
def area(A,B,C): return np.linalg.norm(np.cross(B-A,C-A),axis=1)/2
pole=cl;earL=np.zeros(nv,bool);earL[nvA:nvA+nf]=True
P=tutte(w)
# density target
def report(d,tag):
    a3=area(*[F[T[:,k]] for k in range(3)]);as_=area(*[d[T[:,k]] for k in range(3)])
    r=as_/(a3+1e-6);r/= as_.sum()/a3.sum()
    cen=F[T].mean(1)
    for nm,m in (('scalp',(cen[:,1]>60)),('face',(cen[:,2]>70)),('nose',(cen[:,2]>105)&(cen[:,1]>-40)),('neck',cen[:,1]<-90),('ear',ear[T].all(1)),('back',cen[:,2]<-70)):
        print(tag,nm,'area share %.3f'%(as_[m].sum()/as_.sum()),'density p5 %.2f med %.2f p95 %.2f'%tuple(np.percentile(r[m],[5,50,95])))
    return r
d,ex=to_sphere(P,pole);print('ex',ex,'thetamax',np.degrees(2*np.arctan(1/ex)));r=report(d,'conf')
# stretch balancing: per-vertex density relative to target, weights scaled
dens=np.ones(nv);dens[F[:,2]>60]=1.0
goal=1.0+1.3/(1+np.exp(-(F[:,2]-60)/12.))*(1/(1+np.exp(-(F[:,1]+85)/8.)))*(1/(1+np.exp((F[:,1]-55)/8.)))

ec=X[V(np.array(pup))].mean(0)*[0,1,1]+[abs(X[V(pup[0])][0]),0,0]
eyeb=np.exp(-(((np.abs(F[:,0])-ec[0])/17)**2+((F[:,1]-ec[1])/11)**2)**1.5);eyeb[F[:,2]<40]=0
noseb=np.exp(-((F[:,0]/17)**2+((F[:,1]+16)/11)**2)**1.5);noseb[F[:,2]<60]=0
lipb=np.exp(-((F[:,0]/28)**2+((F[:,1]+48)/10)**2)**1.5);lipb[F[:,2]<60]=0
goal[ear]=.8;goal=goal*(1+1.6*eyeb+1.8*noseb+.6*lipb)
w1=w.copy()
G=F
for it in range(8):
    a3=area(*[G[T[:,k]] for k in range(3)]);as_=area(*[d[T[:,k]] for k in range(3)])
    v3=np.zeros(nv);vs=np.zeros(nv)
    for k in range(3): np.add.at(v3,T[:,k],a3);np.add.at(vs,T[:,k],as_)
    rr=(vs/vs.sum())/(v3/v3.sum()+1e-9)/goal
    rr=np.clip(rr,.05,20)
    # smooth
    for _ in range(2): rr=dg@(ones@rr)
    rr/=np.median(rr[(F[:,2]>60)&(F[:,1]>-60)])*1.5
    fade=1/(1+np.exp(-(F[:,1]+90)/6.))/(1+np.exp(-(F[:,2]-45)/9.))
    sc=(np.clip(rr,.2,5)**0.35)**fade; 
    co=w1.tocoo();co.data=co.data*np.sqrt(sc[co.row]*sc[co.col]);w1=co.tocsr()
    P=tutte(w1)
    d,ex=to_sphere(P,pole)
    for _ in range(3):
        mm=d[lL].mean(0);mm/=np.linalg.norm(mm);cand=np.arange(nvA,nvA+nf);pole=cand[np.argmax(d[cand]@mm)];d,ex=to_sphere(P,pole)
r=report(d,'bal');print('thetamax',np.degrees(2*np.arctan(1/ex)))
# fold check on the sphere
vol=np.einsum('ij,ij->i',np.cross(d[T[:,0]],d[T[:,1]]),d[T[:,2]]);print('flips',(vol<0).sum() if (vol>0).sum()>len(T)/2 else (vol>0).sum())
print('pole',X[pole]);print(0);fl=np.where(vol*np.sign(np.median(vol))<0)[0];print(X[T[fl]].mean(1).round(1)[:12])
be=np.arcsin(np.clip(d[:,0],-1,1));u=(np.arctan2(d[:,2],-d[:,1])/(2*np.pi))%1;v=be/(np.pi/2)
print('ear v min',v[earL].min(),'boundary v max',v[bd].max(),'bd theta',np.degrees(np.arccos(d[bd,1])).min())

# the left ear's own disc: Tutte with cotangents of the true surface inside the loop, boundary from the head's map
VE=v[lL].min()-.06;TB2=T;E=EA
earL=earLA
rim=np.zeros(nv,bool)
for a_,b_ in E:
    if earL[a_] and not earL[b_]: rim[b_]=True
    if earL[b_] and not earL[a_]: rim[a_]=True
rimv=np.where(rim&(X[:,0]>0))[0];iv=np.where(earL)[0]
s0=(v-VE)/(1-VE);zeta=(1-s0)[:,None]*np.c_[np.cos(2*np.pi*u),np.sin(2*np.pi*u)]
print('VE',VE,'rim s',s0[rimv].min(),s0[rimv].max())
tin=TA[earL[TA].any(1)]
ones=sp.csr_matrix((np.ones(len(E)*2),(np.r_[E[:,0],E[:,1]],np.r_[E[:,1],E[:,0]])),shape=(nv,nv));ones.data[:]=1;dg=sp.diags(1/np.maximum(np.asarray(ones.sum(1)).ravel(),1))
T=TA
wE=cotw(X);zz=zeta.copy()
vA=lambda Y:np.linalg.norm(np.cross(np.c_[Y[tin[:,1]]-Y[tin[:,0]],np.zeros((len(tin),3-Y.shape[1]))][:,:3],np.c_[Y[tin[:,2]]-Y[tin[:,0]],np.zeros((len(tin),3-Y.shape[1]))][:,:3]),axis=1)/2
for it in range(25):
    Lw=(sp.diags(np.asarray(wE.sum(1)).ravel())-wE).tocsr()
    zz[iv]=sla.splu(Lw[iv][:,iv].tocsc()).solve(-(Lw[iv][:,rimv]@zeta[rimv]))
    a3=vA(X);a2=vA(zz);v3=np.zeros(nv);v2=np.zeros(nv)
    for k in range(3): np.add.at(v3,tin[:,k],a3);np.add.at(v2,tin[:,k],a2)
    rr=(v2/v2.sum())/(v3/v3.sum()+1e-9);rr[v3==0]=1
    if it in(0,24): print('ear density',np.percentile(rr[iv],[2,5,50,95,98]).round(3))
    rr=np.clip(rr,.2,5);rr=dg@(ones@rr);sc=rr**.3;sc[~earL]=1
    co=wE.tocoo();co.data=co.data*np.sqrt(sc[co.row]*sc[co.col]);wE=co.tocsr()
cr=(zz[tin[:,1],0]-zz[tin[:,0],0])*(zz[tin[:,2],1]-zz[tin[:,0],1])-(zz[tin[:,1],1]-zz[tin[:,0],1])*(zz[tin[:,2],0]-zz[tin[:,0],0]);print('ear flips',min((cr>0).sum(),(cr<0).sum()))
mid_=iv[np.argmin((zz[iv]**2).sum(1))];print('ear centre vertex',X[mid_],'tragion',zz[V(trag)])
zeta=zz
np.savez(WORK+'ext.npz',W_data=W.data,W_ind=W.indices,W_ptr=W.indptr,off=off,T=TB2,TA=TA,X=X,nvA=nvA,F=F,ear=ear,earLA=earLA,nos=nos,mirX=mirX,bd=bd,pup=V(np.array(pup)),trag=V(trag))
np.savez(WORK+'uv.npz',u=u,v=v,d=d,ex=ex,pole=pole,earL=earL,zeta=zeta,VE=VE)
