package dev.berth.gateway.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/** The side that asked, as an {@link Exchange} sees it. All calls come on {@link #loop}. */
public interface Asker {
  /** Where the asker lives, and so the exchange. */
  EventLoop loop();

  /** An answer before the answer: 100 Continue, 103 Early Hints. */
  void hint(HttpResponse hint);

  /** The answer begins. */
  void head(HttpResponse head);

  /** The answer goes on; the last piece ends it. Takes over the content. */
  void content(HttpContent content);

  /** The upstream speaks another protocol from here on: bytes both ways. */
  void upgraded(HttpResponse head);

  /** Bytes after an upgrade. Takes them over. */
  void bytes(ByteBuf bytes);

  /** After an upgrade, the upstream will say no more. */
  void bytesEnded();

  /** Nothing more comes right now: send what was given. */
  void flush();

  /** Whether the asker takes in what it is given about as fast as it comes. */
  boolean keepsUp();

  /** Whether more of the request is wanted now. */
  void wanted(boolean more);

  /** There is no answer; nothing of one was given. */
  void failed(Failure failure);

  /** The rest of an answer, or of an upgraded connection, will never come. */
  void cut();
}
