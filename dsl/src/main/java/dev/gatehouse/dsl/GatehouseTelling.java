package dev.gatehouse.dsl;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Facts;
import dev.gatehouse.dsl.tell.Announcement;
import dev.gatehouse.dsl.tell.JobSummary;
import dev.gatehouse.dsl.tell.LogChannel;
import dev.gatehouse.dsl.tell.Message;
import dev.gatehouse.dsl.tell.Program;
import dev.gatehouse.dsl.tell.Slack;
import dev.gatehouse.dsl.tell.Webhook;
import java.util.EnumSet;
import java.util.Set;

/**
 * Channels for {@code Runner.telling(...)}, and the step that tells and waits until it arrived;
 * statically imported.
 *
 * @since 0.1
 */
public final class GatehouseTelling {

  private GatehouseTelling() {}

  /** Slack, by an incoming webhook. */
  public static Slack slack(Secret webhook) {
    return Slack.at(webhook);
  }

  /** An endpoint, by a POST of JSON. */
  public static Webhook webhook(Secret address) {
    return Webhook.at(address);
  }

  /** A program, on its standard input. */
  public static Program program(String program, String... arguments) {
    return Program.of(program, arguments);
  }

  /** The host's own log, by a logger of that name: a line for each notice, by SLF4J. */
  public static LogChannel log(String logger) {
    return LogChannel.named(logger);
  }

  /**
   * The summary of the GitHub Actions job that this process is a step of.
   *
   * @throws Refusal {@code tell.no-summary} when it is none
   */
  public static JobSummary jobSummary() {
    return JobSummary.ofThisJob();
  }

  /** For {@code mentioning("@channel", on(NOT_UNDONE))}. */
  public static Set<Occasion> on(Occasion first, Occasion... rest) {
    return EnumSet.of(first, rest);
  }

  /** A step that tells the channel that, and lets the run go on when it has it. */
  public static Change announce(String subject, Channel channel) {
    return announce(Message.of(subject), channel);
  }

  /** A step that tells the channel that, and lets the run go on when it has it. */
  public static Change announce(Message message, Channel channel) {
    return announce(message, channel, Facts.NONE);
  }

  /** The same, telling these facts, too. */
  public static Change announce(Message message, Channel channel, Facts facts) {
    return Announcement.of(message, channel, facts);
  }
}
