# shellcheck shell=bash
# What kubelet has mounted for pods. It stays when k3s and its pods are stopped, follows a folder that is renamed, and
# kubelet, when it starts again, takes it for mounted: pods would go on with the old folder until the machine reboots.

: "${KUBELET_DIR:=/var/lib/kubelet}"
# Seconds: what was killed a moment ago may still hold on to a folder.
: "${UNMOUNT_LIMIT:=30}"

# Where something is mounted for pods, the deepest first, each ended by NUL.
pod_mounts() {
  local below target
  below=$(readlink -m "$KUBELET_DIR")/pods/
  while read -r _ _ _ _ target _; do
    # The kernel writes a space as \040, and a backslash as \134.
    printf -v target '%b' "${target//\\/\\0}"
    if [[ $target == "$below"* ]]; then printf '%s\0' "$target"; fi
  done < /proc/self/mountinfo | LC_ALL=C sort -rz
}

# Says in `why` what stays mounted.
# shellcheck disable=SC2034
unmount_pods() {
  local until=$(($(date +%s) + UNMOUNT_LIMIT)) targets target said
  while mapfile -d '' -t targets < <(pod_mounts) && [ "${#targets[@]}" -gt 0 ]; do
    for target in "${targets[@]}"; do
      said=$(umount -- "$target" 2>&1 9>&-) || why="$target stays mounted ($(last_line <<< "$said"))"
    done
    if [ "$(date +%s)" -ge "$until" ]; then
      # What went in this last round needs no mention.
      mapfile -d '' -t targets < <(pod_mounts)
      [ "${#targets[@]}" = 0 ] || return 1
    else
      sleep 0.2
    fi
  done
}
