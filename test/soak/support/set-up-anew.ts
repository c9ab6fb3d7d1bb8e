/** Shell script that takes from a host what a new installation lacks, and makes its keys and machine-id anew. Prints its SSH host key. */
export const SET_UP_ANEW = `systemctl stop kubelet
for container in $(ctr -n k8s.io containers ls -q); do ctr -n k8s.io tasks kill -s 9 "$container" 2>/dev/null; done
crictl rmp -fa >/dev/null 2>&1
awk '$2 ~ "^/var/lib/kubelet/" { print $2 }' /proc/mounts | sort -r | xargs -r umount -l
rm -rf /etc/kubernetes /var/lib/kubelet /var/lib/etcd /var/lib/pulumi-kubeadm
mkdir -p /etc/kubernetes/manifests /var/lib/kubelet
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n' > /root/machine-id && cat /root/machine-id > /etc/machine-id
rm -f /etc/ssh/ssh_host_ed25519_key* && ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && systemctl restart ssh
cat /etc/ssh/ssh_host_ed25519_key.pub`;
