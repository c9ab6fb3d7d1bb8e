set -eu
# What is installed stays at its version, a kubelet also when the system is upgraded: it goes with its cluster.
sudo -n apt-get update
sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-upgrade --no-install-recommends containerd kubelet
sudo -n apt-mark hold kubelet
# A kernel may have them built in, and then knows no modules of these names.
printf 'overlay\nbr_netfilter\n' | sudo -n tee /etc/modules-load.d/kubernetes.conf
grep -qw overlay /proc/filesystems || sudo -n modprobe overlay
[ -e /proc/sys/net/bridge ] || sudo -n modprobe br_netfilter
echo 'net.ipv4.ip_forward = 1' | sudo -n tee /etc/sysctl.d/kubernetes.conf
sudo -n sysctl --load=/etc/sysctl.d/kubernetes.conf
sudo -n swapoff --all
# The kubelet's cgroup driver is systemd; containerd has to have the same.
if ! sudo -n grep -q 'SystemdCgroup = true' /etc/containerd/config.toml; then
	containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/' | sudo -n tee /etc/containerd/config.toml >/dev/null
	sudo -n systemctl restart containerd
fi
