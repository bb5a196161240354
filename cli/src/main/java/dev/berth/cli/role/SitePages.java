package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.Header;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.dashboard.Pages;
import java.util.ArrayList;
import java.util.List;

/** Answers with the dashboard's files. */
final class SitePages implements Handler {
  private final Pages pages;

  SitePages(Pages pages) {
    this.pages = pages;
  }

  @Override
  public Response handle(Request request) {
    var page =
        pages
            .find(request.path())
            .orElseThrow(() ->
                new Problem.Missing(
                    "There is nothing at this address.", "Begin at the dashboard's front page."));
    boolean zip = request.header("accept-encoding").orElse("").contains("gzip");
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("content-type", page.contentType()));
    headers.add(new Header("cache-control", page.cacheControl()));
    headers.add(new Header("vary", "accept-encoding"));
    if (zip) headers.add(new Header("content-encoding", "gzip"));
    pages.headers().forEach((name, value) -> headers.add(new Header(name, value)));
    return new Response.Whole(200, headers, zip ? page.gzip() : page.body());
  }
}
