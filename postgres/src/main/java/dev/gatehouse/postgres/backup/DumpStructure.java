package dev.gatehouse.postgres.backup;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an archive of pg_dump says of itself, found by reading all of it: each entry that has data
 * must have its block, each block its end, and nothing may follow. A tool that ends early without
 * an error leaves an archive that does not pass.
 */
final class DumpStructure {
  private static final int DATA = 1;
  private static final int LARGE_OBJECTS = 3;
  private static final Pattern SETVAL =
      Pattern.compile(", (-?\\d+), (true|false)\\);\\s*$", Pattern.CASE_INSENSITIVE);

  private final DumpToc toc;

  private DumpStructure(DumpToc toc) {
    this.toc = toc;
  }

  /**
   * Reads an archive of the custom format to its end.
   *
   * @throws IOException when it is not whole
   */
  static DumpStructure custom(InputStream in) throws IOException {
    DumpStructure structure = new DumpStructure(DumpToc.read(in));
    structure.blocks();
    return structure;
  }

  /** Reads the table of contents alone: all that toc.dat of the directory format is. */
  static DumpStructure directory(InputStream in) throws IOException {
    return new DumpStructure(DumpToc.read(in));
  }

  private void blocks() throws IOException {
    Set<Integer> expected = new HashSet<>();
    toc.entries().stream().filter(DumpToc.Entry::data).forEach(entry -> expected.add(entry.id()));
    for (int kind = toc.byteOrEnd(); kind >= 0; kind = toc.byteOrEnd()) {
      int id = toc.integer();
      if (!expected.remove(id)) {
        throw new IOException("block " + id + " is not in its table of contents");
      }
      if (kind == DATA) {
        chunks();
      } else if (kind == LARGE_OBJECTS) {
        while (toc.integer() != 0) {
          chunks();
        }
      } else {
        throw new IOException("block " + id + " is of kind " + kind);
      }
    }
    if (!expected.isEmpty()) {
      throw new IOException("it ends before " + expected.size() + " of its data blocks");
    }
  }

  private void chunks() throws IOException {
    for (int length = toc.integer(); length != 0; length = toc.integer()) {
      if (length < 0) {
        throw new IOException("a piece of " + length + " bytes");
      }
      toc.skip(length);
    }
  }

  List<DumpToc.Entry> entries() {
    return toc.entries();
  }

  /** Roles that own what is in it. */
  Set<String> owners() {
    Set<String> owners = new TreeSet<>();
    toc.entries().stream().map(DumpToc.Entry::owner).filter(o -> !o.isEmpty()).forEach(owners::add);
    return owners;
  }

  /** Up to version 16 each large object has an entry, later those with the same rights one. */
  Set<String> largeObjectOwners() {
    Set<String> owners = new TreeSet<>();
    toc.entries().stream()
        .filter(entry -> entry.kind().equals("BLOB") || entry.kind().equals("BLOB METADATA"))
        .map(DumpToc.Entry::owner)
        .filter(owner -> !owner.isEmpty())
        .forEach(owners::add);
    return owners;
  }

  /** The state of each sequence as it will be restored, by the name that a content has for it. */
  Map<String, String> sequences() {
    Map<String, String> states = new TreeMap<>();
    for (DumpToc.Entry entry : toc.entries()) {
      if (entry.kind().equals("SEQUENCE SET")) {
        state(entry.definition())
            .ifPresent(
                state -> states.put(ContentNames.sequence(entry.namespace(), entry.tag()), state));
      }
    }
    return states;
  }

  private static Optional<String> state(String definition) {
    Matcher matcher = SETVAL.matcher(definition);
    return matcher.find()
        ? Optional.of(ContentNames.sequenceState(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }
}
