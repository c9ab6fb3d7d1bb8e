import { shell } from "../shell";

/**
 * Installs and configures containerd. A configuration that a person wrote stays where it serves the kubelet, and is
 * refused where it does not. Source: https://kubernetes.io/docs/setup/production-environment/container-runtimes/.
 */
export const containerd = shell`
containerd_configuration=/etc/containerd/config.toml

# Standard input: what is fetched, with "binaries". Usage: prepare containerd-installed [binaries]
do_containerd_installed() {
	if is_fetched containerd; then
		[ "\${1:-}" = binaries ] ||
			refuse "containerd was fetched as a program, and a package is wanted; say containerd: { binaries } again, or remove the node and add it again"
		fetch_containerd
	elif command -v containerd >/dev/null && systemctl cat containerd >/dev/null 2>&1; then
		say "$(containerd --version | cut -d ' ' -f 1-3): was installed already"
	elif [ "\${1:-}" = binaries ]; then
		fetch_containerd
	else
		# A package that is removed takes its configuration with it, also where somebody wrote it before.
		[ ! -e "$containerd_configuration" ] || keep "$containerd_configuration"
		# shellcheck disable=SC2086 # a list of words
		install $containerd_packages
	fi
	keep_kept
	systemctl is-enabled --quiet containerd || { systemctl enable --quiet containerd && remember enabled containerd; }
	systemctl start containerd
}

leave_containerd_installed() {
	[ -z "$(remembered packages)$(remembered enabled)" ] || systemctl disable --quiet --now containerd
}

undo_containerd_installed() {
	systemctl daemon-reload
}

# A containerd of another version starts again; the containers go on meanwhile.
fetch_containerd() {
	fetch_binaries
	put /etc/systemd/system/containerd.service 0644 <<'END'
[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target

[Service]
Type=notify
ExecStart=/usr/local/bin/containerd
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitCORE=infinity
LimitNPROC=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
END
	! has_changed || { systemctl daemon-reload && systemctl try-restart containerd; }
}

# Standard input: a configuration of the program's own, or nothing. Usage: prepare containerd-configured DRIVER IMAGE [replace]
do_containerd_configured() {
	driver=$1 image=$2 replaces=\${3:-}
	cat >"$record/given"
	if [ -s "$record/given" ]; then
		refuse_others_configuration
		put "$containerd_configuration" 0644 <"$record/given"
	elif serves_kubelet; then
		say "$containerd_configuration: fits already"
		keep_kept
	else
		refuse_others_configuration
		wanted_configuration | put "$containerd_configuration" 0644
	fi
	rm "$record/given"
	! has_changed || restart_containerd
}

undo_containerd_configured() {
	systemctl try-restart containerd
}

# Whether containerd's present configuration has what the kubelet needs.
serves_kubelet() {
	[ -e "$containerd_configuration" ] || return 1
	containerd config dump >"$record/present" 2>/dev/null || return 1
	! grep -Eq "^ *disabled_plugins = .*cri" "$record/present" || return 1
	grep -q "SystemdCgroup = $(systemd_cgroup)" "$record/present" || return 1
	grep -q "config_path = ['\"].*$registries_folder" "$record/present" || return 1
	grep -Eq "^ *sandbox(_image)? = ['\"]\${image}['\"]" "$record/present"
}

# containerd's own defaults, with the cgroup driver and the sandbox image of the kubelet.
wanted_configuration() {
	containerd config default | sed -E \
		-e "s/SystemdCgroup = .*/SystemdCgroup = $(systemd_cgroup)/" \
		-e "s|^( *sandbox(_image)?) = .*|\1 = '$image'|" \
		-e "/registry\]/,/config_path/s|config_path = .*|config_path = '$registries_folder'|"
}

systemd_cgroup() {
	case $driver in systemd) echo true ;; *) echo false ;; esac
}

# Refuses to replace a configuration that neither a package nor this program has written.
refuse_others_configuration() {
	[ -s "$containerd_configuration" ] || return 0
	sum=$(sha256sum <"$containerd_configuration")
	[ "$sum" != "$(remembered written)" ] || return 0
	! is_delivered "$containerd_configuration" || return 0
	[ "$(containerd config default | sha256sum)" != "$sum" ] || return 0
	[ "$replaces" != replace ] || return 0
	if [ -s "$record/given" ]; then cat "$record/given"; else wanted_configuration; fi |
		diff -u "$containerd_configuration" - >&2 || true
	refuse "$containerd_configuration: somebody has written it, and it differs from what the kubelet needs (above); change it by hand, or say containerd: { replaceConfiguration: true }"
}

restart_containerd() {
	sha256sum <"$containerd_configuration" >"$record/written"
	systemctl restart containerd
	tries=60
	until ctr version >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || refuse "containerd does not answer after its restart; its last lines: $(journalctl -u containerd -n 5 --no-pager -o cat)"
		sleep 1
	done
}

registries_folder=/etc/containerd/certs.d

# Standard input: files below the folder of registries, each behind a line "==> PATH". Usage: prepare registries
do_registries() {
	cat >"$record/given"
	sed -n 's/^==> //p' "$record/given" | while read -r file; do
		awk -v wanted="==> $file" '/^==> / { isIt = $0 == wanted; next } isIt' "$record/given" |
			put "$registries_folder/$file" 0600
	done
	rm "$record/given"
}
`;
