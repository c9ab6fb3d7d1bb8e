import { shell } from "../shell";

/** What surrounds a node on its machine: the proxy for downloads, the clock, and the firewall. */
export const surroundings = shell`
# Standard input: settings as HTTPS_PROXY=URL, a line each. Usage: prepare proxy
do_proxy() {
	cat >"$record/settings"
	put "$folder/proxy.env" 0600 <"$record/settings"
	{
		echo "[Service]"
		sed 's/["\\%]/\\&/g; s/^\(.*\)$/Environment="\1"/; s/\\%/%%/g' "$record/settings"
	} | put /etc/systemd/system/containerd.service.d/http-proxy.conf 0600
	rm "$record/settings"
	! has_changed || restart_with_settings containerd
}

undo_proxy() {
	restart_with_settings containerd
}

# Restarts a service where it runs, after its unit has changed.
restart_with_settings() {
	systemctl daemon-reload
	! systemctl is-active --quiet "$1" || systemctl restart "$1"
}

# Usage: prepare time-synchronized
do_time_synchronized() {
	if systemd-detect-virt --quiet --container; then
		say "the clock is that of the machine around this container"
		return 0
	fi
	for unit in chronyd chrony systemd-timesyncd ntpd ntpsec ntp openntpd; do
		if systemctl is-active --quiet "$unit"; then
			say "$unit keeps the time"
			return 0
		fi
	done
	install chrony
	for unit in chronyd chrony; do
		! systemctl cat "$unit" >/dev/null 2>&1 || { systemctl enable --quiet --now "$unit" && return 0; }
	done
}

# Opens ports in the firewall that is active. Usage: prepare ports-open PORT/PROTOCOL ...
do_ports_open() {
	if systemctl is-active --quiet firewalld; then
		manager=firewalld
	elif command -v ufw >/dev/null && ufw status | grep -q '^Status: active'; then
		manager=ufw
	else
		say "neither firewalld nor ufw is active; other firewalls are left alone"
		return 0
	fi
	for port in $(remembered "$manager"); do
		case " $* " in *" $port "*) ;; *) close_port "$manager" "$port" ;; esac
	done
	for port in "$@"; do
		open_port "$manager" "$port"
	done
	[ "$manager" != firewalld ] || firewall-cmd --quiet --reload
}

open_port() {
	if [ "$1" = ufw ]; then
		port=$(printf '%s' "$2" | tr - :)
		! ufw status | grep -q "^$port " || return 0
		ufw allow "$port" >/dev/null
	else
		! firewall-cmd --quiet --permanent --query-port="$2" || return 0
		firewall-cmd --quiet --permanent --add-port="$2"
	fi
	remember "$1" "$2"
}

close_port() {
	if [ "$1" = ufw ]; then
		ufw delete allow "$(printf '%s' "$2" | tr - :)" >/dev/null
	else
		firewall-cmd --quiet --permanent --remove-port="$2"
	fi
}

undo_ports_open() {
	for manager in firewalld ufw; do
		for port in $(remembered "$manager"); do
			close_port "$manager" "$port"
		done
	done
	! systemctl is-active --quiet firewalld || firewall-cmd --quiet --reload
}
`;
