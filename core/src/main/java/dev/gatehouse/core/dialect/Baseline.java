package dev.gatehouse.core.dialect;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of a catalogue: what {@link CatalogueReader#read} saw, or what was recorded of it. As a
 * file it is one line of canonical JSON an object, sorted, so that {@code git diff} reads well.
 *
 * <p>Immutable. Equal when all lines are equal.
 *
 * @since 0.1
 */
public final class Baseline {

  /** First line of a file; tells the format, so that an empty file is no baseline. */
  private static final String HEAD = "{\"baseline\":1}";

  /** The same, where the product's versions differ in what they tell. */
  private static final Pattern HEAD_OF_VERSION =
      Pattern.compile("\\{\"baseline\":1,\"version\":\"([A-Za-z0-9 .]+)\"}");

  private final List<CatalogueObject> objects;
  private final String version;

  private Baseline(List<CatalogueObject> objects, String version) {
    this.objects = objects;
    this.version = version;
  }

  /**
   * The state that consists of these objects, in whatever order.
   *
   * @throws IllegalArgumentException when two are of one kind and name
   */
  public static Baseline of(Collection<CatalogueObject> objects) {
    return of(objects, "");
  }

  /**
   * The same, as that version tells it.
   *
   * @param version product and major version, such as {@code PostgreSQL 17}; empty where versions
   *     tell the same
   */
  public static Baseline of(Collection<CatalogueObject> objects, String version) {
    List<CatalogueObject> sorted = objects.stream().sorted(CatalogueObject.ORDER).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (CatalogueObject.ORDER.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
        throw new IllegalArgumentException("objects hold twice: " + sorted.get(i).words());
      }
    }
    return new Baseline(sorted, version);
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @throws Refusal {@code baseline.malformed} naming the line that is wrong, twice there or out of
   *     order
   */
  public static Baseline parse(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(1, "bytes that are not UTF-8");
    }
    // Not String.lines(): that would also end a line at a carriage return.
    String[] lines = text.split("\n", -1);
    Matcher versioned = HEAD_OF_VERSION.matcher(lines[0]);
    boolean headed = lines[0].equals(HEAD) || versioned.matches();
    if (lines.length < 2 || !headed || !lines[lines.length - 1].isEmpty()) {
      throw malformed(
          headed ? lines.length : 1, headed ? "a last line that was cut" : "no head " + HEAD);
    }
    List<CatalogueObject> objects = new ArrayList<>(lines.length);
    for (int i = 1; i < lines.length - 1; i++) {
      objects.add(object(lines[i], i + 1));
      if (i > 1 && CatalogueObject.ORDER.compare(objects.get(i - 2), objects.get(i - 1)) >= 0) {
        throw malformed(i + 1, objects.get(i - 1).words() + " out of order or twice");
      }
    }
    return new Baseline(List.copyOf(objects), versioned.matches() ? versioned.group(1) : "");
  }

  private static CatalogueObject object(String line, int number) {
    try {
      return CatalogueObject.parse(line);
    } catch (Refusal e) {
      throw malformed(number, e.findings().get(0).found());
    }
  }

  private static Refusal malformed(int line, String found) {
    return new Refusal(
        Finding.of("baseline.malformed", "this is not a baseline")
            .withExpected(HEAD + ", then one line of canonical JSON an object, sorted")
            .withFound("line " + line + ": " + found)
            .withFix("take the file as it was recorded: git checkout it, or record it again"));
  }

  /** All objects, by kind, then by name. */
  public List<CatalogueObject> objects() {
    return objects;
  }

  /** Product and major version that told it; empty where that was not recorded. */
  public String version() {
    return version;
  }

  /** As the content of a file. */
  public byte[] bytes() {
    String head = version.isEmpty() ? HEAD : HEAD.replace("}", ",\"version\":\"" + version + "\"}");
    StringBuilder text = new StringBuilder(head).append('\n');
    objects.forEach(object -> text.append(object.line()).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** SHA-256 over the lines: equal for equal states, wherever they are. */
  public String digest() {
    MessageDigest sha256 = Sha256.begin();
    for (CatalogueObject object : objects) {
      sha256.update(object.line().getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
    }
    return "sha256:" + Sha256.end(sha256);
  }

  /** The part of it that consists of objects such as these. */
  public Baseline where(Predicate<CatalogueObject> wanted) {
    return new Baseline(objects.stream().filter(wanted).toList(), version);
  }

  /** The schemas of its objects, sorted; objects without one are not counted. */
  public List<String> schemas() {
    return objects.stream()
        .map(CatalogueObject::schema)
        .filter(schema -> !schema.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** How another state differs from this one, by kind, then by name; empty when it does not. */
  public List<Drift> drift(Baseline found) {
    Map<List<String>, CatalogueObject> surplus = new LinkedHashMap<>();
    found.objects.forEach(object -> surplus.put(key(object), object));
    List<Drift> drifts = new ArrayList<>();
    for (CatalogueObject object : objects) {
      CatalogueObject other = surplus.remove(key(object));
      if (other == null) {
        drifts.add(new Drift.Missing(object));
      } else if (!other.equals(object)) {
        drifts.add(new Drift.Changed(object, other));
      }
    }
    surplus.values().forEach(object -> drifts.add(new Drift.Surplus(object)));
    drifts.sort((a, b) -> CatalogueObject.ORDER.compare(a.object(), b.object()));
    return List.copyOf(drifts);
  }

  private static List<String> key(CatalogueObject object) {
    return List.of(object.kind(), object.name());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Baseline baseline && objects.equals(baseline.objects);
  }

  @Override
  public int hashCode() {
    return objects.hashCode();
  }

  @Override
  public String toString() {
    return objects.size() + " objects, " + digest() + (version.isEmpty() ? "" : ", of " + version);
  }
}
