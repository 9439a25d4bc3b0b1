package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.dsl.http.HttpChange;
import dev.gatehouse.dsl.http.HttpNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A flag that an endpoint tells, and that a request sets. */
record FlagByHttp(HttpNumber number, IntFunction<HttpChange> setting) implements FlagStore {

  @Override
  public int get(CheckContext reading) throws InterruptedException {
    return number.now();
  }

  /** The request alone; what is so before is compared here, and not by it. */
  private Change request(int to) {
    return setting
        .apply(to)
        .provenBy(number.is(to))
        .besideTarget()
        .cannotBeUndone("its flag is set back");
  }

  @Override
  public Secret[] secrets(int to) {
    return Stream.concat(number.secrets().stream(), request(to).secrets().stream())
        .distinct()
        .toArray(Secret[]::new);
  }

  @Override
  public Effect bind(CheckContext reading, String name, Set<Integer> left, int to)
      throws Exception {
    try {
      number.now();
    } catch (StepFailed e) {
      throw new Refusal(
          Finding.of("flag.none", "flag '" + name + "' cannot be read")
              .withExpected("a whole number: " + number)
              .withFound(e.findings().get(0).text())
              .withFix("make the flag, or say where it is"),
          e);
    }
    return new Setting(this, (Effect.External) request(to).bind(reading), name, left, to);
  }

  /** Compared before; the request's own proof reads it again after. */
  private record Setting(
      FlagByHttp flag, Effect.External request, String name, Set<Integer> left, int to)
      implements Effect.External {
    @Override
    public List<String> preview() {
      List<String> lines = new ArrayList<>(request.preview());
      lines.add(flag + " must be " + left.stream().sorted().toList() + " before");
      return lines;
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      int found = flag.get(working);
      if (!left.contains(found)) {
        throw new StepFailed(List.of(Flag.moved(name, left, found)), Ending.REFUSED);
      }
      return request.apply(working).with("percent", to).with("before", found);
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

  @Override
  public String toString() {
    return number.toString();
  }
}
