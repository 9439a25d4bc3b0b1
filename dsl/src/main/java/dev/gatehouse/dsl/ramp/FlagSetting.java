package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A flag outside of the database is set, where it is as it was left. */
record FlagSetting(
    FlagStore flag, String name, Set<Integer> left, int to, List<String> preview, Work work)
    implements Effect.External {

  /** Reads it, has that compared, sets it, and reads it again. */
  interface Work {
    Evidence set(EffectContext working, FlagSetting asked) throws Exception;
  }

  static Refusal unreadable(String name, FlagStore flag, String found, Exception why) {
    return new Refusal(
        Finding.of("flag.none", "flag '" + name + "' cannot be read")
            .withExpected("a whole number: " + flag)
            .withFound(found)
            .withFix("make the flag, or say where it is"),
        why);
  }

  /** Where the request that sets it is an effect of its own. */
  static Evidence by(Change request, EffectContext working) throws Exception {
    return ((Effect.External) request.bind(working)).apply(working);
  }

  void requireLeft(int found) throws StepFailed {
    if (!left.contains(found)) {
      throw new StepFailed(List.of(Flag.moved(name, left, found)), Ending.REFUSED);
    }
  }

  @Override
  public Optional<String> comparison() {
    return Optional.of("by reading the flag again");
  }

  @Override
  public boolean touchesTarget() {
    return false;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    return work.set(working, this);
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    int now = flag.get(reading);
    ProbeResult.Kind kind =
        now == to
            ? ProbeResult.Kind.APPLIED
            : left.contains(now) ? ProbeResult.Kind.NOT_APPLIED : ProbeResult.Kind.UNKNOWN;
    return new ProbeResult(kind, flag + " is " + now, reading.evidence().with("percent", now));
  }
}
