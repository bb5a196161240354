package dev.berth.protocol.route;

import dev.berth.protocol.UserId;
import java.time.Instant;

/**
 * What a one-time code stands for: who came from the dashboard to a workspace's host. The gateway
 * redeems the code once ({@code POST /internal/v1/codes}) and makes its own cookie of the answer.
 *
 * @param session the dashboard session it came from, so that it ends with it
 * @param host the one host name that it is for
 */
public record Pass(UserId user, String session, String host, Instant expires) {}
