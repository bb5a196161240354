package dev.berth.gateway.ssh;

/**
 * A public host key, as {@code /_ssh/host_keys} tells it.
 *
 * @param type as OpenSSH writes it
 * @param host_key base64
 */
@SuppressWarnings("checkstyle:MemberName") // gitpod-classic's name in JSON
public record HostKey(String type, String host_key) {}
