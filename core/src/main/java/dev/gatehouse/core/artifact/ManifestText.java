package dev.gatehouse.core.artifact;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A manifest as the bytes of manifest.json, and back. */
final class ManifestText {
  static final String NAME = "manifest.json";
  static final long LONGEST = Json.LONGEST;
  private static final long FORMAT = 1;
  private static final Set<String> FIELDS =
      Set.of(
          "format",
          "id",
          "key",
          "files",
          "source",
          "method",
          "schemaDigest",
          "tables",
          "states",
          "snapshotAt",
          "finishedAt",
          "versions");

  private ManifestText() {}

  static byte[] write(Manifest manifest) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("id", manifest.id());
    fields.put("key", manifest.key());
    fields.put("files", manifest.files().stream().map(ManifestText::file).toList());
    fields.put("source", manifest.source());
    fields.put("method", manifest.method());
    fields.put("schemaDigest", manifest.content().schemaDigest());
    fields.put("tables", manifest.content().tables().stream().map(ManifestText::table).toList());
    fields.put("states", manifest.content().states());
    fields.put("snapshotAt", manifest.snapshotAt().toString());
    fields.put("finishedAt", manifest.finishedAt().toString());
    fields.put("versions", manifest.versions());
    return new SelfDigested(fields).bytes();
  }

  /**
   * @throws Refusal when the bytes are not those that {@link #write} made
   */
  static Manifest read(Path path, byte[] bytes) {
    try {
      SelfDigested json = SelfDigested.read(bytes, FIELDS);
      if (json.number("format") != FORMAT) {
        throw VaultRefusals.to(
            "artifact.newer-format",
            "manifest " + path + " is of a format this version does not know",
            "format " + FORMAT,
            "format " + json.number("format"),
            "use the version of Gatehouse that wrote it, or a newer one");
      }
      return manifest(json);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw damaged(path, String.valueOf(e.getMessage()));
    } catch (Refusal e) {
      if (e.findings().get(0).code().startsWith("json.")) {
        throw damaged(path, e.findings().get(0).found());
      }
      throw e;
    }
  }

  private static Manifest manifest(SelfDigested json) {
    return new Manifest(
        json.text("id"),
        json.text("key"),
        json.list("files").stream().map(ManifestText::fileOf).toList(),
        json.text("source"),
        json.text("method"),
        new Content(
            json.text("schemaDigest"),
            json.list("tables").stream().map(ManifestText::tableOf).toList(),
            json.texts("states")),
        Instant.parse(json.text("snapshotAt")),
        Instant.parse(json.text("finishedAt")),
        json.texts("versions"));
  }

  private static Map<String, Object> file(StoredFile file) {
    return Map.of(
        "name", file.name(),
        "codec", file.codec(),
        "rawBytes", file.rawBytes(),
        "storedBytes", file.storedBytes(),
        "rawSha256", file.rawSha256(),
        "storedSha256", file.storedSha256());
  }

  private static StoredFile fileOf(Object value) {
    if (value instanceof Map<?, ?> file
        && file.size() == 6
        && file.get("name") instanceof String name
        && file.get("codec") instanceof String codec
        && file.get("rawBytes") instanceof Long rawBytes
        && file.get("storedBytes") instanceof Long storedBytes
        && file.get("rawSha256") instanceof String rawSha256
        && file.get("storedSha256") instanceof String storedSha256) {
      return new StoredFile(name, codec, rawBytes, storedBytes, rawSha256, storedSha256);
    }
    throw new IllegalArgumentException("a file is " + value);
  }

  private static List<Object> table(TableContent table) {
    return List.of(table.table(), table.rows(), table.digest());
  }

  private static TableContent tableOf(Object value) {
    if (value instanceof List<?> row
        && row.size() == 3
        && row.get(0) instanceof String table
        && row.get(1) instanceof Long rows
        && row.get(2) instanceof String digest) {
      return new TableContent(table, rows, digest);
    }
    throw new IllegalArgumentException("a table is " + value);
  }

  private static Refusal damaged(Path path, String found) {
    return VaultRefusals.damaged(
        "artifact.manifest-damaged",
        "manifest " + path + " is not as it was written",
        "a manifest whose own digest matches",
        found);
  }
}
