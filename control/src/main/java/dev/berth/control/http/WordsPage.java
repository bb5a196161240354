package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Header;
import dev.berth.base.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A page of a few words, for a browser that came to an address which has no other. */
final class WordsPage {
  private WordsPage() {}

  static Response.Whole of(int status, String title, Problem problem, String dashboard) {
    var html =
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1"><title>%1$s</title>
        <style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;
        max-width:32rem;padding:0 1.5rem}h1{font-size:1.4rem}p{margin:.5rem 0}</style></head>
        <body><h1>%1$s</h1><p>%2$s</p><p>%3$s</p><p><a href="%4$s">To the dashboard</a></p></body></html>
        """
            .formatted(
                escaped(title),
                escaped(problem.what()),
                escaped(problem.remedy()),
                escaped(dashboard));
    return new Response.Whole(
        status,
        List.of(
            new Header("content-type", "text/html; charset=utf-8"),
            new Header("cache-control", "no-store"),
            new Header(
                "content-security-policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")),
        html.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
