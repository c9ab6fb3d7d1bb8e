set -eu
sudo -n apt-get install -y --no-install-recommends containerd kubelet cri-tools
printf 'overlay\nbr_netfilter\n' | sudo -n tee /etc/modules-load.d/kubernetes.conf
sudo -n modprobe --all overlay br_netfilter
echo 'net.ipv4.ip_forward = 1' | sudo -n tee /etc/sysctl.d/kubernetes.conf
sudo -n sysctl --system
sudo -n swapoff --all
# The kubelet's cgroup driver is systemd; containerd has to have the same.
containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/' | sudo -n tee /etc/containerd/config.toml
sudo -n systemctl restart containerd
