package dev.gatehouse.core.artifact;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The vault's list of what it published: one self-digested line per artifact, oldest first. It can
 * be told from the artifacts themselves, but only the two together show that none was exchanged.
 *
 * <p>Immutable.
 */
record Catalogue(List<Entry> entries) {
  static final String NAME = "catalog.jsonl";
  static final String CHECKSUMS = "checksums.txt";
  static final long LONGEST = 1L << 30;
  static final Catalogue EMPTY = new Catalogue(List.of());
  private static final Set<String> FIELDS =
      Set.of("id", "key", "files", "manifestSha256", "guideSha256");

  /** What the catalogue holds of one artifact; of each data file, the SHA-256 as stored. */
  record Entry(
      String id, String key, Map<String, String> files, String manifestSha256, String guideSha256) {

    Entry {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    static Entry of(Manifest manifest, byte[] manifestBytes, byte[] guideBytes) {
      return new Entry(
          manifest.id(),
          manifest.key(),
          manifest.files().stream()
              .collect(Collectors.toMap(StoredFile::name, StoredFile::storedSha256)),
          Sha256.of(manifestBytes),
          Sha256.of(guideBytes));
    }

    private byte[] line() {
      return new SelfDigested(
              Map.of(
                  "id", id,
                  "key", key,
                  "files", files,
                  "manifestSha256", manifestSha256,
                  "guideSha256", guideSha256))
          .bytes();
    }

    private static Entry of(byte[] line) {
      SelfDigested json = SelfDigested.read(line, FIELDS);
      return new Entry(
          json.text("id"),
          json.text("key"),
          json.texts("files"),
          json.text("manifestSha256"),
          json.text("guideSha256"));
    }
  }

  Catalogue {
    entries = List.copyOf(entries);
  }

  Catalogue with(Entry entry) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(entry);
    return new Catalogue(more);
  }

  Optional<Entry> withId(String id) {
    return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  Optional<Entry> withKey(String key) {
    return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
  }

  byte[] bytes() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      text.writeBytes(entry.line());
      text.write('\n');
    }
    return text.toByteArray();
  }

  /** The same as a list for {@code sha256sum -c}, read in the vault's directory. */
  byte[] checksums() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      entry.files().forEach((file, sha256) -> text.append(sum(sha256, entry.id(), file)));
      text.append(sum(entry.manifestSha256(), entry.id(), ManifestText.NAME))
          .append(sum(entry.guideSha256(), entry.id(), RestoreGuide.NAME));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String sum(String sha256, String id, String file) {
    return sha256 + "  " + id + "/" + file + "\n";
  }

  /**
   * @throws Refusal naming the first line that is not as it was written
   */
  static Catalogue read(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length) {
        throw damaged(entries.size() + 1, "the line does not end");
      }
      try {
        entries.add(Entry.of(Arrays.copyOfRange(bytes, start, end)));
      } catch (IllegalArgumentException e) {
        throw damaged(entries.size() + 1, String.valueOf(e.getMessage()));
      } catch (Refusal e) {
        throw damaged(entries.size() + 1, e.findings().get(0).found());
      }
      start = end + 1;
    }
    if (entries.stream().map(Entry::id).distinct().count() < entries.size()) {
      throw damaged(entries.size(), "an artifact is listed twice");
    }
    return new Catalogue(entries);
  }

  private static Refusal damaged(int line, String found) {
    return VaultRefusals.to(
        "vault.catalogue-damaged",
        NAME + " is not as it was written",
        "lines whose own digest matches",
        "line " + line + ": " + found,
        "find out who wrote there, then vault.rebuildCatalogue() lists what is still intact");
  }
}
