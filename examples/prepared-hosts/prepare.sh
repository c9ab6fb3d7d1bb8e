set -eu
sudo -n apt-get install -y --no-install-recommends containerd kubelet cri-tools
printf 'overlay\nbr_netfilter\n' | sudo -n tee /etc/modules-load.d/kubernetes.conf
sudo -n modprobe --all overlay br_netfilter
echo 'net.ipv4.ip_forward = 1' | sudo -n tee /etc/sysctl.d/kubernetes.conf
sudo -n sysctl --system
sudo -n swapoff --all
