package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** A flag outside of the database; compared and set one after the other, for want of better. */
record FlagElsewhere(String where, Callable<Integer> getting, Flag.Setting setting)
    implements FlagStore {

  static FlagElsewhere file(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    return new FlagElsewhere(
        whole.toString(),
        () -> Integer.parseInt(Files.readString(whole).strip()),
        percent -> {
          Path part = whole.resolveSibling("." + whole.getFileName() + ".new");
          Files.writeString(part, percent + "\n");
          Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(whole));
          Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
          PrivateFiles.forceDirectory(whole.resolveSibling("."));
        });
  }

  @Override
  public int get(CheckContext reading) throws Exception {
    return getting.call();
  }

  @Override
  public Effect bind(CheckContext reading, String name, Set<Integer> left, int to) {
    try {
      getting.call();
    } catch (Exception e) {
      throw new Refusal(
          Finding.of("flag.none", "flag '" + name + "' cannot be read")
              .withExpected("a whole number: " + where)
              .withFound(e.getClass().getSimpleName() + ": " + e.getMessage())
              .withFix("make the flag, or say where it is"),
          e);
    }
    return new Change(this, name, left, to);
  }

  /** Compared before and read again after; whoever sets it in between is told by that. */
  private record Change(FlagElsewhere flag, String name, Set<Integer> left, int to)
      implements Effect.External {
    @Override
    public List<String> preview() {
      return List.of(flag + " set to " + to + ", where it is " + left.stream().sorted().toList());
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Reach reach() {
      return Reach.BESIDE;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      int found = flag.get(working);
      if (!left.contains(found)) {
        throw new StepFailed(List.of(Flag.moved(name, left, found)), Ending.REFUSED);
      }
      flag.setting.set(to);
      working.progress().reached("set");
      int now = flag.get(working);
      if (now != to) {
        throw new StepFailed(
            List.of(
                Finding.of("flag.unset", "flag '" + name + "' was not set, or set again")
                    .withExpected(to + ": " + flag)
                    .withFound(String.valueOf(now))
                    .withFix("see who sets it beside this run")),
            Ending.RETURNED);
      }
      return working.evidence().with("percent", to).with("before", found);
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
    return where;
  }
}
