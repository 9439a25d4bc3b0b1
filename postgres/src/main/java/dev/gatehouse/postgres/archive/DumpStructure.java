package dev.gatehouse.postgres.archive;

import dev.gatehouse.core.artifact.TableContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
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
public final class DumpStructure {
  private static final int DATA = 1;
  private static final int LARGE_OBJECTS = 3;
  private static final String TABLE_DATA = "TABLE DATA";
  private static final Pattern SETVAL =
      Pattern.compile(", (-?\\d+), (true|false)\\);\\s*$", Pattern.CASE_INSENSITIVE);

  private final DumpToc toc;
  private final Map<String, TableContent> tables = new TreeMap<>();

  private DumpStructure(DumpToc toc) {
    this.toc = toc;
  }

  /**
   * Reads an archive of the custom format to its end.
   *
   * @throws IOException when it is not whole
   */
  public static DumpStructure custom(InputStream in) throws IOException {
    DumpStructure structure = new DumpStructure(DumpToc.read(in));
    structure.blocks(false);
    return structure;
  }

  /** The same, and digests the rows in it. */
  public static DumpStructure customWithRows(InputStream in) throws IOException {
    DumpStructure structure = new DumpStructure(DumpToc.read(in));
    structure.blocks(true);
    return structure;
  }

  /** Reads the table of contents alone: all that toc.dat of the directory format is. */
  public static DumpStructure directory(InputStream in) throws IOException {
    return new DumpStructure(DumpToc.read(in));
  }

  private void blocks(boolean digesting) throws IOException {
    Map<Integer, DumpToc.Entry> expected = new HashMap<>();
    toc.entries().stream()
        .filter(DumpToc.Entry::data)
        .forEach(entry -> expected.put(entry.id(), entry));
    for (int kind = toc.byteOrEnd(); kind >= 0; kind = toc.byteOrEnd()) {
      int id = toc.integer();
      DumpToc.Entry entry = expected.remove(id);
      if (entry == null) {
        throw new IOException("block " + id + " is not in its table of contents");
      }
      if (kind == DATA && digesting && entry.kind().equals(TABLE_DATA)) {
        rows(table(entry), CopyStatement.columns(entry.copy()));
      } else if (kind == DATA) {
        chunks(OutputStream.nullOutputStream());
      } else if (kind == LARGE_OBJECTS) {
        while (toc.integer() != 0) {
          chunks(OutputStream.nullOutputStream());
        }
      } else {
        throw new IOException("block " + id + " is of kind " + kind);
      }
    }
    if (!expected.isEmpty()) {
      throw new IOException("it ends before " + expected.size() + " of its data blocks");
    }
  }

  private static String table(DumpToc.Entry entry) {
    return ContentNames.table(entry.namespace(), entry.tag());
  }

  private void rows(String table, List<String> columns) throws IOException {
    CopyText rows = new CopyText(columns);
    chunks(rows);
    if (!rows.ended()) {
      throw new IOException("the rows of table " + table + " have no end");
    }
    if (tables.put(table, new TableContent(table, rows.rows(), rows.digest())) != null) {
      throw new IOException("it holds the rows of table " + table + " twice");
    }
  }

  private void chunks(OutputStream to) throws IOException {
    for (int length = toc.integer(); length != 0; length = toc.integer()) {
      if (length < 0) {
        throw new IOException("a piece of " + length + " bytes");
      }
      toc.copy(length, to);
    }
  }

  /** What it holds of each table; empty when the rows were not digested. */
  public Map<String, TableContent> tables() {
    return tables;
  }

  /** Names of the columns of each table, in the order of its rows; all where none are named. */
  public Map<String, List<String>> columns() throws IOException {
    Map<String, List<String>> columns = new TreeMap<>();
    for (DumpToc.Entry entry : toc.entries()) {
      if (entry.kind().equals(TABLE_DATA)) {
        columns.put(table(entry), CopyStatement.columns(entry.copy()));
      }
    }
    return columns;
  }

  public List<DumpToc.Entry> entries() {
    return toc.entries();
  }

  /** Roles that own what is in it. */
  public Set<String> owners() {
    Set<String> owners = new TreeSet<>();
    toc.entries().stream().map(DumpToc.Entry::owner).filter(o -> !o.isEmpty()).forEach(owners::add);
    return owners;
  }

  /** Up to version 16 each large object has an entry, later those with the same rights one. */
  public Set<String> largeObjectOwners() {
    Set<String> owners = new TreeSet<>();
    toc.entries().stream()
        .filter(entry -> entry.kind().equals("BLOB") || entry.kind().equals("BLOB METADATA"))
        .map(DumpToc.Entry::owner)
        .filter(owner -> !owner.isEmpty())
        .forEach(owners::add);
    return owners;
  }

  /** The state of each sequence as it will be restored, by the name that a content has for it. */
  public Map<String, String> sequences() {
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
