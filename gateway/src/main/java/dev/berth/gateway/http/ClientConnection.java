package dev.berth.gateway.http;

import dev.berth.base.http.Bodies;
import dev.berth.gateway.access.Access;
import dev.berth.gateway.access.PassCookie;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.Exchange;
import dev.berth.gateway.forward.Failure;
import dev.berth.gateway.forward.Hops;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.gateway.statics.StaticFile;
import dev.berth.gateway.statics.StaticFiles;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A visitor's HTTP/1 connection, or one stream of an HTTP/2 connection: does what {@link Reception}
 * says, one request after the other. Runs on its event loop only.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements Asker, RequestDecoder.Listener {
  private static final AsciiString X_FRAME_OPTIONS = AsciiString.cached("x-frame-options");

  private static final long SECOND = 1_000_000_000L;

  /** From a head's first byte to its last (slowloris). */
  private static final long HEAD_NANOS = 30 * SECOND;

  /** Without a request; longer than the 60 s that load balancers keep idle connections. */
  private static final long IDLE_NANOS = 75 * SECOND;

  /** Without a byte of a body that is being waited for. */
  private static final long BODY_NANOS = 300 * SECOND;

  /** Of a body for a server of ours, from its head to its end: 1 MiB at 280 kbit/s. */
  private static final long WHOLE_NANOS = 30 * SECOND;

  /** Of a body for a server of ours: what these take. */
  private static final int WHOLE_BYTES = 1 << 20;

  /** Without taking any more of an answer of control's: 192 KiB are less than 30 kbit/s then. */
  private static final long UNTAKEN_NANOS = 60 * SECOND;

  /** Of a request that waits for an instance, which mostly comes within two seconds. */
  private static final long AWAIT_NANOS = 20 * SECOND;

  /** From an answer that came before the request's end to hanging up, so that it is read. */
  private static final long LINGER_NANOS = 5 * SECOND;

  /** A WebSocket's last frame, with the code 1001 (RFC 6455, 7.4.1). */
  private static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xe9};

  private enum Stage {
    /** Waits for a request. */
    LISTENING,
    /** A request is being served. */
    SERVING,
    /** Bytes both ways after an upgrade. */
    RAW,
    /** The last answer was given; what still comes is thrown away. */
    LINGERING,
    CLOSED
  }

  /** A request that is held, and since when. */
  private record Waiting(HttpRequest request, Step.Await await, long since) {}

  /** A request to a server of ours whose body is being collected, and since when. */
  private record Coming(HttpRequest request, InetAddress visitor, Bodies.Body body, long since) {}

  /** The editor's page on its way to the visitor, to be kept when it is whole. */
  private static final class Page {
    private final String uri;
    private final ByteBuf body = Unpooled.buffer(16 << 10, EditorPages.LARGEST);
    private @Nullable HttpHeaders headers;

    Page(String uri) {
      this.uri = uri;
    }
  }

  private final Channel channel;
  private final Lane lane;
  private final Caller caller;
  private final boolean http2;
  private final RequestDecoder decoder = new RequestDecoder(this);
  private final AnswerEncoder encoder = new AnswerEncoder();

  private Stage stage = Stage.LISTENING;
  private @Nullable Exchange exchange;
  private @Nullable FileSending sending;
  private @Nullable FrameEdges frames;
  private Step.@Nullable Forward forward;
  private @Nullable Waiting waiting;
  private @Nullable Coming coming;
  private @Nullable InetAddress answered;
  private @Nullable Page page;
  private HttpMethod method = HttpMethod.GET;
  private boolean http10;
  private boolean keepAlive;
  private boolean requestEnded;
  private boolean answerEnded;
  private boolean streaming;
  private boolean heldBack;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean wanted = true;
  private long headSince;
  private long idleSince = System.nanoTime();
  private long lastRead;
  private long lingersSince;
  private long notedAt;
  private long fullSince;

  ClientConnection(Channel channel, Lane lane, Caller caller) {
    this.channel = channel;
    this.lane = lane;
    this.caller = caller;
    this.http2 = channel instanceof Http2StreamChannel;
  }

  /**
   * Puts itself on the channel, behind what makes HTTP objects of HTTP/2 frames if it is a stream.
   */
  void install() {
    var pipeline = channel.pipeline();
    if (!http2) pipeline.addLast(encoder).addLast(decoder);
    pipeline.addLast(this);
    lane.add(this);
  }

  // What the visitor sends.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lastRead = 0;
    switch (message) {
      case ByteBuf bytes when stage == Stage.RAW -> {
        noteBytes(bytes);
        if (exchange == null) bytes.release();
        else exchange.askerBytes(bytes);
      }
      case FullHttpRequest full -> { // HTTP/2 without a body, or what could not be read
        var head =
            new DefaultHttpRequest(
                full.protocolVersion(), full.method(), full.uri(), full.headers());
        head.setDecoderResult(full.decoderResult());
        full.release();
        request(head);
        piece(LastHttpContent.EMPTY_LAST_CONTENT);
      }
      case HttpRequest head -> request(head);
      case HttpContent content -> piece(content);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void request(HttpRequest request) {
    if (stage != Stage.LISTENING) return; // lingering
    stage = Stage.SERVING;
    headSince = 0;
    idleSince = 0;
    method = request.method();
    encoder.head = method.equals(HttpMethod.HEAD);
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    keepAlive = !lane.isClosing() && (http2 || HttpUtil.isKeepAlive(request));
    requestEnded = false;
    answerEnded = false;
    streaming = false;
    forward = null;
    var fault = Framing.fault(request);
    if (fault.isPresent()) {
      keepAlive = false;
      say(fault.get());
      return;
    }
    if (http2) {
      for (var name : ExtensionHeaderNames.values()) request.headers().remove(name.text());
    }
    begin(request);
  }

  private void begin(HttpRequest request) {
    var visitor = caller.visitor(request.headers());
    switch (lane.reception().step(request, caller)) {
      case Step.Say(var answer) -> {
        if (hasBody(request)) keepAlive = false; // it is not worth reading
        say(answer);
      }
      case Step.Enter enter -> enter(enter);
      case Step.Await(_, var otherwise) when hasBody(request) -> {
        keepAlive = false;
        say(otherwise);
      }
      case Step.Await await -> hold(request, await);
      case Step.Send send -> {
        if (hasBody(request)) keepAlive = false;
        send(send);
      }
      case Step.Forward step -> {
        forward = step;
        page = isEditorsPage(step) ? new Page(request.uri()) : null;
        if (isOurs(step.place()) && hasBody(request)) collect(request, visitor);
        else pass(step, request, visitor);
      }
    }
  }

  private void pass(Step.Forward step, HttpRequest request, InetAddress visitor) {
    if (step.place() instanceof Step.Place.Control) {
      if (!lane.answers().claim(visitor, false)) {
        say(Failures.tooMany(step.person()));
        return;
      }
      answered = visitor;
    }
    var next = new Exchange(this, lane.pool(), step.target(), request, step.upgrade());
    exchange = next;
    next.begin();
  }

  /** Control has said all, or goes on for as long as the visitor stays. */
  private void answeredByControl() {
    if (answered == null) return;
    lane.answers().letGo(answered);
    answered = null;
  }

  // Requests to servers of ours come to them whole, lest unfinished ones take their connections.

  private static boolean isOurs(Step.Place place) {
    return switch (place) {
      case Step.Place.Control _, Step.Place.Gallery _ -> true;
      case Step.Place.Inside _ -> false;
    };
  }

  private void collect(HttpRequest request, InetAddress visitor) {
    if (HttpUtil.getContentLength(request, 0L) > WHOLE_BYTES) {
      keepAlive = false;
      say(Failures.tooLarge());
      return;
    }
    if (HttpUtil.is100ContinueExpected(request)) {
      hint(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
    request.headers().remove(HttpHeaderNames.EXPECT);
    var body = lane.bodies().begin(WHOLE_BYTES, () -> loop().execute(this::giveWay));
    coming = new Coming(request, visitor, body, System.nanoTime());
  }

  private void giveWay() {
    if (coming != null && coming.body().isGone()) uncollected(Failures.noRoom());
  }

  private void uncollected(Answer why) {
    endComing();
    keepAlive = false;
    say(why);
  }

  private void endComing() {
    if (coming != null) coming.body().end();
    coming = null;
  }

  private void collect(Coming to, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    try {
      switch (to.body().add(content.content())) {
        case TAKEN -> {
          if (last) collected(to);
        }
        case TOO_LARGE -> uncollected(Failures.tooLarge());
        case NO_ROOM -> uncollected(Failures.noRoom());
      }
    } finally {
      content.release();
    }
  }

  private void collected(Coming whole) {
    var step = forward;
    if (step == null) throw new IllegalStateException("a body for nobody");
    var all = whole.body().whole();
    if (all.isEmpty()) {
      uncollected(Failures.noRoom());
      return;
    }
    coming = null;
    var body = all.get();
    var headers = whole.request().headers();
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.TRAILER);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    pass(step, whole.request(), whole.visitor());
    if (exchange == null) body.release();
    else exchange.requestGoesOn(new DefaultLastHttpContent(body));
  }

  private void hold(HttpRequest request, Step.Await await) {
    if (lane.held().take(await.workspace())) {
      waiting = new Waiting(request, await, System.nanoTime());
    } else {
      say(await.otherwise());
    }
  }

  private void letGo(Waiting held) {
    waiting = null;
    lane.held().giveBack(held.await().workspace());
  }

  /** What it waited for may have come. */
  private void beginAgain(Waiting held) {
    letGo(held);
    begin(held.request());
    if (waiting != null) {
      waiting = held;
    } else if (requestEnded && exchange != null) {
      exchange.requestGoesOn(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private boolean isEditorsPage(Step.Forward step) {
    return step.person()
        && method.equals(HttpMethod.GET)
        && step.place() instanceof Step.Place.Inside(var grant, var what, _)
        && what == Step.What.EDITOR
        && grant.host() instanceof WorkspaceHost.Ide;
  }

  private static boolean hasBody(HttpRequest request) {
    return HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0;
  }

  private void piece(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (stage != Stage.SERVING) {
      content.release();
      if (last && stage == Stage.LINGERING) close();
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      close();
      return;
    }
    requestEnded |= last;
    if (last && !wanted) wanted(true);
    if (coming != null) {
      collect(coming, content);
      return;
    }
    if (exchange != null && !answerEnded) exchange.requestGoesOn(content);
    else content.release();
    if (last && answerEnded) over();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) exchange.askerPauses();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    fullSince = channel.isWritable() ? 0 : System.nanoTime();
    if (exchange != null) exchange.askerKeepsUp(channel.isWritable());
    if (sending != null) goOn(sending);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof ChannelInputShutdownEvent)) {
      ctx.fireUserEventTriggered(event);
    } else if (stage != Stage.RAW || exchange == null) {
      close(); // as other proxies do: who ends its side before the answer does not wait for it
    } else {
      inputEnded = true;
      exchange.askerInputEnded();
      closeIfBothEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    close();
  }

  @Override
  public void headBegins() {
    if (headSince == 0) headSince = System.nanoTime();
  }

  @Override
  public void heldBack(boolean more) {
    if (heldBack == more) return;
    heldBack = more;
    readAsWanted();
  }

  // What the exchange says.

  @Override
  public EventLoop loop() {
    return channel.eventLoop();
  }

  @Override
  public void hint(HttpResponse hint) {
    if (http10) return;
    Hops.remove(hint.headers());
    var whole =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, hint.status(), Unpooled.EMPTY_BUFFER);
    whole.headers().set(hint.headers());
    channel.writeAndFlush(whole);
  }

  @Override
  public void head(HttpResponse head) {
    lane.answered().count(forward, head.status().code());
    var headers = head.headers();
    Hops.remove(headers);
    if (head.status().code() == 503
        && forward != null
        && forward.place() instanceof Step.Place.Control) {
      lane.reception().doubtControl();
    }
    if (forward != null && forward.place() instanceof Step.Place.Inside inside) {
      note(inside);
      outOf(inside, headers);
    }
    if (page != null) {
      boolean keep = head.status().code() == 200 && EditorPages.isWorthKeeping(headers);
      if (keep) page.headers = headers.copy();
      else page = null;
    }
    frame(head, headers);
    if (streaming && head.status().code() == 200) answeredByControl();
    head.setProtocolVersion(HttpVersion.HTTP_1_1);
    channel.write(head, channel.voidPromise());
  }

  /** Notes that somebody is there, at most once a second. */
  private void note(Step.Place.Inside inside) {
    if (inside.use() == Step.Use.NONE) return;
    long now = System.nanoTime();
    if (notedAt != 0 && now - notedAt < SECOND) return;
    notedAt = now;
    lane.activity().note(inside.grant().host().workspace());
  }

  /** What comes out of an instance may not reach beyond its own host. */
  private void outOf(Step.Place.Inside inside, HttpHeaders headers) {
    if (inside.isPort()) headers.remove(X_FRAME_OPTIONS); // shown in the IDE's preview
    if (inside.what() == Step.What.EDITOR && isPage(headers)) {
      lane.reception()
          .editorsPolicy()
          .ifPresent(more -> headers.add(HttpHeaderNames.CONTENT_SECURITY_POLICY, more));
    }
    if (!headers.contains(HttpHeaderNames.SET_COOKIE)) return;
    var kept = new ArrayList<String>();
    for (var cookie : headers.getAll(HttpHeaderNames.SET_COOKIE)) {
      if (!PassCookie.isOurs(cookie.strip())) kept.add(SetCookies.withoutDomain(cookie));
    }
    headers.set(HttpHeaderNames.SET_COOKIE, kept);
  }

  private static boolean isPage(HttpHeaders headers) {
    return headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("text/html");
  }

  /** How its end will be told: as it was, by chunks, or by hanging up. */
  private void frame(HttpResponse head, HttpHeaders headers) {
    streaming = headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("text/event-stream");
    if (http2) return;
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    int status = head.status().code();
    boolean noBody = status == 204 || status == 304 || encoder.head;
    if (http10 && chunked) {
      headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
      keepAlive = false;
    } else if (!chunked && !noBody && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      if (http10) keepAlive = false;
      else headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!requestEnded && hasUnreadBody()) keepAlive = false;
    if (!keepAlive || lane.isClosing()) {
      keepAlive = false;
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (http10) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  private boolean hasUnreadBody() {
    return exchange != null && exchange.hasBody();
  }

  @Override
  public void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (page != null) keep(page, content.content(), last);
    channel.write(content, channel.voidPromise());
    if (!last) return;
    exchange = null;
    answerEnded();
  }

  private void keep(Page of, ByteBuf more, boolean last) {
    if (more.readableBytes() > of.body.maxWritableBytes()) {
      page = null;
      return;
    }
    of.body.writeBytes(more, more.readerIndex(), more.readableBytes());
    if (!last) return;
    page = null;
    if (of.headers != null && forward != null && forward.place() instanceof Step.Place.Inside at) {
      lane.editorPages().keep(at.grant().host().workspace(), of.uri, of.headers, of.body);
    }
  }

  @Override
  public void upgraded(HttpResponse head) {
    var protocol = head.headers().get(HttpHeaderNames.UPGRADE, "");
    Hops.remove(head.headers());
    head.headers()
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.UPGRADE, protocol);
    var whole =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, head.status(), Unpooled.EMPTY_BUFFER);
    whole.headers().set(head.headers());
    if (forward != null && forward.place() instanceof Step.Place.Inside inside) {
      note(inside);
      outOf(inside, whole.headers());
    }
    channel.writeAndFlush(whole);
    stage = Stage.RAW;
    answeredByControl();
    if (protocol.equalsIgnoreCase("websocket")) frames = new FrameEdges();
    lane.answered().count(forward, 101);
    lane.answered().opened();
    heldBack(false);
    channel.pipeline().remove(encoder);
    channel.pipeline().remove(decoder); // hands on what it holds
  }

  @Override
  public void bytes(ByteBuf bytes) {
    if (frames != null) frames.pass(bytes);
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  public void bytesEnded() {
    outputEnded = true;
    Exchange.endOutput(channel);
    closeIfBothEnded();
  }

  private void closeIfBothEnded() {
    if (!inputEnded || !outputEnded) return;
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) _ -> close());
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public boolean keepsUp() {
    return channel.isWritable();
  }

  @Override
  public void wanted(boolean more) {
    if (wanted == more) return;
    wanted = more;
    readAsWanted();
  }

  private void readAsWanted() {
    channel.config().setAutoRead(wanted && !heldBack);
  }

  @Override
  public void failed(Failure failure) {
    exchange = null;
    if (forward != null && forward.place() instanceof Step.Place.Control) {
      lane.reception().doubtControl();
    }
    if (!requestEnded && !http2) keepAlive = false;
    say(Failures.answer(failure, forward));
  }

  @Override
  public void cut() {
    exchange = null;
    channel.flush();
    close();
  }

  // What the gateway answers itself.

  private void enter(Step.Enter enter) {
    var _ =
        lane.codes()
            .redeem(enter.code(), enter.host())
            .thenAcceptAsync(worth -> entered(enter, worth), loop());
  }

  private void entered(Step.Enter enter, Codes.Worth worth) {
    if (stage != Stage.SERVING) return;
    say(
        switch (worth) {
          case Codes.Worth.Cookie(var header) ->
              Answer.redirect(enter.to()).with("set-cookie", header);
          case Codes.Worth.Nothing _ -> lane.reception().hidden(true);
          case Codes.Worth.Unknown _ -> Failures.controlIsAway(true);
        });
  }

  private void send(Step.Send send) {
    var _ =
        lane.statics()
            .read(send.path(), send.encoding())
            .thenAcceptAsync(found -> read(send, found), loop());
  }

  private void read(Step.Send send, StaticFiles.Found found) {
    if (stage != Stage.SERVING) return;
    switch (found) {
      case StaticFiles.Found.File(var file) when file.etag().equals(send.etag()) ->
          say(FileSending.unchanged(file));
      case StaticFiles.Found.File(var file) -> begin(file);
      case StaticFiles.Found.Nothing _ -> say(lane.reception().hidden(false));
      case StaticFiles.Found.Unreadable _ -> say(Failures.unreadable());
    }
  }

  private void begin(StaticFile file) {
    var head = FileSending.head(file);
    lane.answered().count(null, head.status().code());
    frame(head, head.headers());
    channel.write(head, channel.voidPromise());
    if (method.equals(HttpMethod.HEAD)) {
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      answerEnded();
    } else {
      sending = new FileSending(file);
      goOn(sending);
    }
  }

  private void goOn(FileSending file) {
    if (!file.writeTo(channel)) return;
    sending = null;
    answerEnded();
  }

  private void say(Answer answer) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), answer.body().buffer());
    var headers = response.headers();
    answer.headers().forEach((name, value) -> headers.set(name, value));
    int status = answer.status().code();
    lane.answered().count(null, status);
    if (status != 204 && status != 304) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length());
    }
    if (!http2) {
      if (!keepAlive) headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      else if (http10) headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    if (http2 && method.equals(HttpMethod.HEAD)) response.content().clear();
    channel.writeAndFlush(response);
    answerEnded();
  }

  // How a request ends.

  private void answerEnded() {
    answerEnded = true;
    answeredByControl();
    if (requestEnded) over();
    else if (http2) {
      channel.flush();
      close();
    } else if (!keepAlive) {
      linger();
    }
  }

  /** Answer and request are complete. */
  private void over() {
    if (http2) return; // the stream ends by itself
    if (!keepAlive) {
      linger();
      return;
    }
    stage = Stage.LISTENING;
    idleSince = System.nanoTime();
    try {
      decoder.next(decoderContext());
    } catch (Exception e) {
      close();
    }
  }

  private ChannelHandlerContext decoderContext() {
    return channel.pipeline().context(decoder);
  }

  /**
   * Says that nothing more comes, and reads on for a moment: hanging up with unread bytes would
   * make the visitor's system throw the answer away (RFC 9112, 9.6).
   */
  private void linger() {
    stage = Stage.LINGERING;
    lingersSince = System.nanoTime();
    if (requestEnded || !(channel instanceof DuplexChannel)) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    Exchange.endOutput(channel);
    wanted(true);
  }

  private void close() {
    channel.close();
    closed();
  }

  private void closed() {
    if (stage == Stage.CLOSED) return;
    if (stage == Stage.RAW) lane.answered().ended();
    stage = Stage.CLOSED;
    lane.remove(this);
    sending = null;
    if (waiting != null) letGo(waiting);
    endComing();
    answeredByControl();
    page = null;
    if (exchange != null) {
      var last = exchange;
      exchange = null;
      last.askerGone();
    }
  }

  // What the lane asks from time to time.

  /** Hangs up on one that took too long. */
  void tick(long now) {
    if (waiting != null && now - waiting.since() > AWAIT_NANOS) {
      var otherwise = waiting.await().otherwise();
      letGo(waiting);
      say(otherwise);
    }
    if (coming != null && now - coming.since() > WHOLE_NANOS) uncollected(Failures.tooSlow());
    boolean tooLong =
        switch (stage) {
          case LISTENING ->
              !http2
                  && (headSince != 0
                      ? now - headSince > HEAD_NANOS
                      : idleSince != 0 && now - idleSince > IDLE_NANOS);
          case SERVING -> (!requestEnded && wanted && stalls(now)) || keepsControl(now);
          case LINGERING -> now - lingersSince > LINGER_NANOS;
          case RAW, CLOSED -> false;
        };
    if (tooLong) close();
  }

  /** Whether control's answer waits for a visitor who takes nothing of it. */
  private boolean keepsControl(long now) {
    return answered != null && fullSince != 0 && now - fullSince > UNTAKEN_NANOS;
  }

  /** The clock is only looked at here, not at each read. */
  private boolean stalls(long now) {
    if (lastRead == 0) lastRead = now;
    return now - lastRead > BODY_NANOS;
  }

  /** Hangs up where what let the visitor in holds no more. */
  void recheck() {
    if (waiting != null) beginAgain(waiting);
    if (exchange == null || forward == null) return;
    if (forward.place() instanceof Step.Place.Control && streaming) {
      if (!lane.reception().isControl(forward.target())) close(); // it has nothing to tell any more
      return;
    }
    if (!(forward.place() instanceof Step.Place.Inside(var grant, _, _))) return;
    boolean stays =
        lane.doorkeeper().decide(grant.host(), grant.visitor())
                instanceof Access.Allowed(_, var upstream, _)
            && upstream.instance().equals(grant.instance());
    if (!stays) close();
  }

  /** Whether closing the gateway waits for it: for an answer, not for a stream without an end. */
  boolean isWaitedFor() {
    return stage == Stage.LINGERING || (stage == Stage.SERVING && !streaming && waiting == null);
  }

  /**
   * Whether draining the gateway waits for it: also for bytes both ways, and for a stream of a
   * server of the user's, which nobody but he knows to come again. Streams of our own pages do.
   */
  boolean goesOn() {
    return stage == Stage.RAW || isWaitedFor() || isUsersStream();
  }

  private boolean isUsersStream() {
    return stage == Stage.SERVING
        && streaming
        && forward != null
        && forward.place() instanceof Step.Place.Inside(_, var what, _)
        && what != Step.What.SUPERVISOR;
  }

  /**
   * Ends it, as whatever goes on there knows an end: a held request by an answer, a stream by its
   * last chunk, a WebSocket by saying that we go away. All else is cut, so that nobody takes a part
   * for the whole.
   */
  void hangUp() {
    keepAlive = false;
    if (waiting != null) {
      var otherwise = waiting.await().otherwise();
      letGo(waiting);
      say(otherwise);
    } else if (stage == Stage.SERVING && streaming && exchange != null && !http10) {
      var last = exchange;
      exchange = null;
      last.askerGone();
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      answerEnded();
    } else {
      if (stage == Stage.RAW && frames != null && frames.isOpen()) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(GOING_AWAY));
      }
      close();
    }
  }

  /**
   * A frame that a browser sends by itself shows that a page is open, not that somebody is there.
   */
  private void noteBytes(ByteBuf bytes) {
    if (!(forward != null && forward.place() instanceof Step.Place.Inside inside)) return;
    if (!isPong(bytes)) note(inside);
  }

  private static boolean isPong(ByteBuf bytes) {
    int length = bytes.readableBytes();
    return length >= 6
        && length <= 131
        && (bytes.getByte(bytes.readerIndex()) & 0x0f) == 0x0a
        && length == 6 + (bytes.getByte(bytes.readerIndex() + 1) & 0x7f);
  }
}
