package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.dsl.http.HttpChange;
import dev.gatehouse.dsl.http.HttpNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A flag that an endpoint tells, and that a request sets. */
record FlagByHttp(HttpNumber number, IntFunction<HttpChange> setting) implements FlagStore {

  @Override
  public int get(CheckContext reading) throws InterruptedException {
    return number.now().value();
  }

  /** Its own proof reads the number again after it. */
  private Change request(HttpChange setting, int to) {
    return setting.provenBy(number.is(to)).besideTarget().cannotBeUndone("its flag is set back");
  }

  @Override
  public Secret[] secrets(int to) {
    return Stream.concat(
            number.secrets().stream(), request(setting.apply(to), to).secrets().stream())
        .distinct()
        .toArray(Secret[]::new);
  }

  @Override
  public Effect bind(CheckContext reading, String name, Set<Integer> left, int to)
      throws Exception {
    HttpNumber.Told told;
    try {
      told = number.now();
    } catch (StepFailed e) {
      throw FlagSetting.unreadable(name, this, e.findings().get(0).text(), e);
    }
    HttpChange plain = setting.apply(to);
    boolean guarded = number.ifStill(told, plain).isPresent();
    List<String> lines = new ArrayList<>(request(plain, to).bind(reading).preview());
    lines.add(this + " must be " + left.stream().sorted().toList() + " before");
    lines.add(
        guarded
            ? "If-Match: the ETag it is read with; as far as the service honours it, what somebody"
                + " else sets in between stays"
            : "no strong ETag there to send as If-Match: it cannot be excluded that what somebody"
                + " else sets between the look and the request is overwritten");
    return new FlagSetting(
        this,
        name,
        left,
        to,
        List.copyOf(lines),
        (working, asked) -> set(working, asked, plain, guarded));
  }

  /** Compared here, and by the service once more where it can. */
  private Evidence set(EffectContext working, FlagSetting asked, HttpChange plain, boolean guarded)
      throws Exception {
    HttpNumber.Told told = number.now();
    asked.requireLeft(told.value());
    Optional<HttpChange> still = number.ifStill(told, plain);
    if (guarded && still.isEmpty()) {
      throw new StepFailed(
          List.of(
              Finding.of("flag.unguarded", "flag '" + asked.name() + "' has no ETag any more")
                  .withExpected("a strong ETag, as while planning: " + this)
                  .withFound("none, or a weak one")
                  .withFix("plan again: the plan says then what cannot be excluded")),
          Ending.REFUSED);
    }
    return FlagSetting.by(request(still.orElse(plain), asked.to()), working)
        .with("percent", asked.to())
        .with("before", told.value());
  }

  @Override
  public String toString() {
    return number.toString();
  }
}
