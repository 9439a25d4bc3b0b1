package dev.gatehouse.examples.undo;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes a file beside the target, or removes it. */
record FileEffect(Path file, boolean makes, boolean half) implements Effect.External {
  @Override
  public List<String> preview() {
    return List.of((makes ? "make " : "remove ") + file.getFileName());
  }

  @Override
  public boolean touchesTarget() {
    return false;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    if (makes) {
      Files.writeString(file, "made");
    } else {
      Files.delete(file);
    }
    working.progress().reached("file");
    if (half) {
      throw new StepFailed(Finding.of("test.half", "it stopped half done").withFix("none"));
    }
    return working.evidence();
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) {
    Kind done = half ? Kind.PARTIAL : Kind.APPLIED;
    return new ProbeResult(
        Files.exists(file) == makes ? done : Kind.NOT_APPLIED, "looked", reading.evidence());
  }
}
