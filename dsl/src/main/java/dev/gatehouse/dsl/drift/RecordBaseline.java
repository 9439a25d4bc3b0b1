package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes the state of the target's catalogue into a file, for {@code noDrift().from(path)}: one
 * line of canonical JSON an object, sorted. A file that is there is replaced as a whole.
 *
 * <p>Reports {@code objects} and {@code digest}, and as {@code not read} what the account may not
 * read: that is compared with nothing.
 *
 * <p>Immutable. Does not touch the target; needs no privilege beyond CONNECT, and a directory that
 * this process may write.
 *
 * @since 0.1
 */
public final class RecordBaseline implements Change {
  private final BaselineFile file;
  private final String name;

  private RecordBaseline(BaselineFile file, String name) {
    this.file = file;
    this.name = name;
  }

  public static RecordBaseline into(Path path) {
    return new RecordBaseline(BaselineFile.at(path), Names.of("record baseline " + path));
  }

  /**
   * The same under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public RecordBaseline named(String newName) {
    return new RecordBaseline(file, Names.checked(newName));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Undo undo() {
    return new Undo.NothingToUndo("a baseline leaves the target as it is");
  }

  /**
   * @throws dev.gatehouse.core.outcome.Refusal when the dialect does not read its catalogue, or the
   *     file cannot be written
   */
  @Override
  public Effect bind(CheckContext reading) {
    NoDrift.reader(reading.target());
    file.refuseUnwritable();
    return new Bound(file);
  }

  private record Bound(BaselineFile file) implements Effect.External {
    @Override
    public List<String> preview() {
      return List.of("read the catalogue and write it to " + file);
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      Baseline state = NoDrift.reader(working.target()).read(working.connection());
      file.write(state);
      return evidence(working, state);
    }

    /** It may be written any number of times; written it is when it tells what is so. */
    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      Baseline now = NoDrift.reader(reading.target()).read(reading.connection());
      Optional<Baseline> there = file.existing();
      return there.filter(now::equals).isPresent()
          ? new ProbeResult(
              ProbeResult.Kind.APPLIED, file + " tells what is so", evidence(reading, now))
          : new ProbeResult(
              ProbeResult.Kind.NOT_APPLIED, file + " does not tell what is so", reading.evidence());
    }

    private static Evidence evidence(CheckContext reading, Baseline state) {
      Evidence evidence =
          reading
              .evidence()
              .with("objects", state.objects().size())
              .keeping("digest", state.digest());
      return Unread.of(state, state).told(evidence);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
