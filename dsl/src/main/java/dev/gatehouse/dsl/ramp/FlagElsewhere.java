package dev.gatehouse.dsl.ramp;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
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
      String found = e.getClass().getSimpleName() + ": " + e.getMessage();
      throw FlagSetting.unreadable(name, this, found, e);
    }
    return new FlagSetting(
        this,
        name,
        left,
        to,
        List.of(where + " set to " + to + ", where it is " + left.stream().sorted().toList()),
        this::set);
  }

  /** Read again after: whoever sets it in between is told by that. */
  private Evidence set(EffectContext working, FlagSetting asked) throws Exception {
    int found = getting.call();
    asked.requireLeft(found);
    setting.set(asked.to());
    working.progress().reached("set");
    int now = getting.call();
    if (now != asked.to()) {
      throw new StepFailed(
          List.of(
              Finding.of("flag.unset", "flag '" + asked.name() + "' was not set, or set again")
                  .withExpected(asked.to() + ": " + where)
                  .withFound(String.valueOf(now))
                  .withFix("see who sets it beside this run")),
          Ending.RETURNED);
    }
    return working.evidence().with("percent", asked.to()).with("before", found);
  }

  @Override
  public String toString() {
    return where;
  }
}
