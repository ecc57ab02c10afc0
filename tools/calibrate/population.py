"""Covariance of the sizes that condition the modes: domain.md 7.1 (ANSUR II, men and women in equal parts).

usage: population.py HEAD.bin GRAD.npz"""
import numpy as np,sys
HM="L B C BT BZ TT MS IPD chin cor sag fh fb ic bo nl nb np mb sm bg el eb ep nkb nkd".split()
b=open(sys.argv[1],'rb').read();G=np.frombuffer(b[-26*40*4:],'<f4').reshape(26,40)[:,:34].astype(float)
use="L B C TT MS".split()
sdm=dict(L=7,B=5.5,C=16.1,BZ=6.2,TT=6.2,MS=6.7,IPD=3.4,nb=3,mb=3.6,bg=6,nkb=6.5,nkd=6.5,chin=14)
sdw=dict(L=7.5,B=5.2,C=19.4,BZ=5.6,TT=6.6,MS=6.1,IPD=3.6,nb=2.8,mb=3.4,bg=5.6,nkb=6,nkd=6,chin=14.2)
mw=dict(L=9.7,B=6.5,C=16,BZ=8.8,TT=4.7,MS=9.5,IPD=2.3,nb=2.5,mb=3.9,bg=9.8,nkb=15,nkd=15,chin=20.7)
cor={('L','B'):.2,('L','C'):.8,('B','C'):.52,('B','BZ'):.63,('L','TT'):.29,('B','TT'):.32,('C','TT'):.38,('L','MS'):.3,('B','MS'):.17,('C','BZ'):.42,('C','MS'):.32,('nkb','nkd'):.6,('chin','MS'):.45,('chin','BZ'):.4,('bg','BZ'):.5,('bg','nkb'):.4}
n=len(use);R=np.full((n,n),.2);np.fill_diagonal(R,1)
for (a,c),x in cor.items():
    if a in use and c in use: i,j=use.index(a),use.index(c);R[i,j]=R[j,i]=x
e,U=np.linalg.eigh(R);R=(U*np.maximum(e,.02))@U.T;R/=np.sqrt(np.outer(np.diag(R),np.diag(R)))
v=lambda d:np.array([d[k] for k in use])
S=(R*np.outer(v(sdm),v(sdm))+R*np.outer(v(sdw),v(sdw)))/2+np.outer(v(mw),v(mw))/4
mu=np.zeros(n)
for k,x in {}.items(): pass
np.savez(sys.argv[2],G=G[[HM.index(k) for k in use]],mu=mu,S=S)
