package dev.berth.gateway.http;

import dev.berth.gateway.access.PassCookie;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.protocol.route.Pass;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Who is at the other end of a connection, and what was found out for its last request: the next
 * one mostly brings the same host and cookies. One event loop only.
 *
 * @see Reception
 */
final class Caller {
  /** What a Cookie header comes to at one host. */
  record Cookies(String header, String host, Optional<Pass> pass, Optional<String> others) {}

  private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");

  private final InetAddress remote;
  private final String address;
  private final boolean trusted;
  private final boolean tls;
  private final Addresses addresses;
  private final PassCookie cookie;
  private String authority = "";
  private WorkspaceHost host = new WorkspaceHost.Foreign();
  private Cookies cookies = new Cookies("", "", Optional.empty(), Optional.empty());

  Caller(
      InetSocketAddress remote,
      boolean tls,
      List<Network> trusted,
      Addresses addresses,
      PassCookie cookie) {
    this.remote = remote.getAddress();
    this.address = text(remote.getAddress());
    this.trusted = trusted.stream().anyMatch(network -> network.contains(remote.getAddress()));
    this.tls = tls;
    this.addresses = addresses;
    this.cookie = cookie;
  }

  private static String text(InetAddress address) {
    return address.getHostAddress();
  }

  /** Its IP address. */
  String address() {
    return address;
  }

  /** Who asks with {@code headers}: whom a proxy names last that is believed, else itself. */
  InetAddress visitor(HttpHeaders headers) {
    if (!trusted) return remote;
    var named = headers.get(X_FORWARDED_FOR, "");
    var last = named.substring(named.lastIndexOf(',') + 1).strip();
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(last);
    if (bytes == null) return remote;
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address has 4 or 16 bytes", e);
    }
  }

  /** Whether it is a proxy whose forwarded headers are believed. */
  boolean isTrusted() {
    return trusted;
  }

  /** Whether it speaks TLS with us. */
  boolean speaksTls() {
    return tls;
  }

  WorkspaceHost host(String authority) {
    if (!authority.equals(this.authority)) {
      this.host = addresses.parse(authority);
      this.authority = authority;
    }
    return host;
  }

  /** What {@code header} holds for {@code host}; the signature is looked at once. */
  Cookies cookies(String header, String host) {
    if (!header.equals(cookies.header()) || !host.equals(cookies.host())) {
      cookies = new Cookies(header, host, cookie.read(header, host), PassCookie.without(header));
    }
    return cookies;
  }
}
