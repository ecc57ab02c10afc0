"""Stage 1: all heads and their mirror images in one frame (origin midway between the tragia), sized as ANSUR II.

usage: align.py HEADS WORK"""
from common import *
import glob, sys
from scipy.spatial import cKDTree
D,WORK=sys.argv[1]+'/',sys.argv[2]+'/'
vn,tri=load_obj(D+'ict_neutral.obj')
def verts(p): return np.array([[float(x) for x in l.split()[1:4]] for l in open(p) if l[:2]=='v '])
files=[D+'ict_neutral.obj']+sorted(glob.glob(D+'ict_??.obj'))+sorted(glob.glob(D+'more/*.obj'))
H=np.array([verts(f) for f in files]); print(H.shape)
mir=cKDTree(vn).query(vn*[-1,1,1])[1]
n0=len(vn)
# tragion vertex (left): notch above the tragus
cand=np.where((abs(vn[:,1]-13)<3)&(abs(vn[:,2]-10.5)<3)&(vn[:,0]>50))[0]
trag=cand[np.argmax(vn[cand,0]-0.5*np.hypot(vn[cand,1]-13,vn[cand,2]-10.5))]; print('tragion',vn[trag])
# rigid alignment on non-neck vertices
sel=(vn[:,1]>-60)
def rigid(a,b):
    ca,cb=a.mean(0),b.mean(0);u,_,vt=np.linalg.svd((b-cb).T@(a-ca));s=np.diag([1,1,np.linalg.det(u@vt)]);R=u@s@vt
    return R,cb-R@ca
S=np.concatenate([H,H[:,mir]*[-1,1,1]]);
ref=vn.copy()
for it in range(3):
    for k in range(len(S)):
        R,t0=rigid(S[k][sel],ref[sel]);S[k]=S[k]@R.T+t0
    ref=S.mean(0);ref=(ref+ref[mir]*[-1,1,1])/2
S=S-((S[:,trag]+S[:,mir[trag]])/2)[:,None]
# AWARP: axis scales that bring the mean head to the mean of men and women in ANSUR II
def warp(P):
    x,y,z=P[...,0],P[...,1],P[...,2]
    k=18.; soft=k*np.log1p(np.exp(np.clip(-y/k,-40,40)))   # smooth max(-y,0)
    return np.stack([x*SX,y*SY-(SB-SY)*(soft-k*np.log(2)),z*SZ],-1)
SX,SY,SB,SZ=.957,.965,1.075,1.007
ref0=S.mean(0)
S=warp(S)
S=S-((S[:,trag]+S[:,mir[trag]])/2)[:,None]
np.savez(WORK+'samples.npz',S=S,ref=ref0,tri=tri,mir=mir,trag=trag)
print('menton-ish',ref[:,1].min(),ref[:,1].max(), 'trag x',ref[trag])
