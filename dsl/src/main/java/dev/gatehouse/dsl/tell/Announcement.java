package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Facts;
import dev.gatehouse.core.tell.Notice;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Telling as a step: the gate opens when the channel has it. Where it cannot be delivered within
 * the patience, a person is asked what became of it: {@code APPLIED} when people know by other
 * means, {@code NOT_APPLIED} to have it told again; or they abort the run. After a crash it is told
 * again under the same id.
 *
 * <p>Immutable.
 *
 * @param patience how long to try; a minute by default
 */
public record Announcement(
    Message message, Channel channel, Facts facts, Duration patience, List<String> preview)
    implements Effect.External {

  /** A step that tells the channel that. */
  public static Change of(Message message, Channel channel, Facts facts) {
    List<String> lines = new ArrayList<>();
    lines.add("tell " + channel + ":");
    message.toString().lines().forEach(line -> lines.add("  " + line));
    lines.add("until it has it, for at most 1 min; then a person is asked");
    Announcement effect =
        new Announcement(message, channel, facts, Duration.ofMinutes(1), List.copyOf(lines));
    return ChangeWithoutUndo.of(Names.of("announce: " + message.subject()), reading -> effect)
        .withSecrets(channel.secrets().toArray(Secret[]::new))
        .nothingToUndo("what was said stays said");
  }

  @Override
  public Reach reach() {
    return Reach.BESIDE;
  }

  @Override
  public boolean touchesTarget() {
    return false;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    Notice notice = notice(working);
    try {
      return delivered(working, notice);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(perhaps(notice));
    }
  }

  private Evidence delivered(EffectContext working, Notice notice) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    Delivery delivery = channel.deliver(List.of(notice));
    for (int tries = 1; delivery.kind() == Delivery.Kind.LATER; tries++) {
      working.progress().reached("not delivered");
      Duration grown = Duration.ofSeconds(1L << Math.min(tries - 1, 4));
      Duration pause = delivery.again().orElse(grown);
      if (System.nanoTime() + pause.toNanos() - until > 0) {
        break;
      }
      Thread.sleep(pause.toMillis());
      delivery = channel.deliver(List.of(notice));
    }
    if (delivery.kind() == Delivery.Kind.TOLD) {
      return working.evidence().with("channel", channel.name()).with("id", notice.id());
    }
    throw new StepFailed(List.of(undelivered(delivery)), Ending.RETURNED);
  }

  /** A lost answer is no proof that nobody read it, and there is nothing that could be undone. */
  private Finding perhaps(Notice notice) {
    return Finding.of("announce.left", "people were perhaps told, and the run was stopped")
        .withExpected("channel '" + channel.name() + "' to answer")
        .withFound("no answer yet to " + notice.id())
        .withFix("look into the channel, and tell people that it was stopped");
  }

  private Notice notice(EffectContext working) {
    String run = working.key().contains("/") ? working.key().split("/", 2)[0] : working.key();
    return new Notice(
        working.key() + ":" + channel.name(),
        working.now(),
        EnumSet.noneOf(Occasion.class),
        run,
        message.subject(),
        working.target().name(),
        "",
        message.lines().get(0),
        message.lines().subList(1, message.lines().size()),
        facts.known(),
        List.of(),
        message + "\n");
  }

  private Finding undelivered(Delivery delivery) {
    String found = delivery.problem().map(why -> why.headline() + ": " + why.found()).orElse("");
    return Finding.of("announce.not-delivered", "an announcement could not be delivered")
        .withExpected("channel '" + channel.name() + "' to take it")
        .withFound(found)
        .withFix(
            "tell people by other means and say APPLIED, or NOT_APPLIED to try again, or abort");
  }

  /** Nobody can look whether it arrived; telling twice is better than not at all. */
  @Override
  public ProbeResult probe(CheckContext reading, String key) {
    return new ProbeResult(
        ProbeResult.Kind.NOT_APPLIED, "it may be told again", reading.evidence());
  }
}
