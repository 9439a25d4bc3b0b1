package dev.gatehouse.core.artifact;

/**
 * One data file of an artifact, before and after compression.
 *
 * <p>Immutable.
 *
 * @param name of the file within the artifact's directory
 * @param codec {@code none} or {@code zstd}
 * @param rawBytes size before compression, in bytes
 * @param storedBytes size on disk, in bytes
 * @param rawSha256 lower-case hex over the bytes before compression
 * @param storedSha256 lower-case hex over the bytes on disk
 * @since 0.1
 */
public record StoredFile(
    String name,
    String codec,
    long rawBytes,
    long storedBytes,
    String rawSha256,
    String storedSha256) {

  static StoredFile of(String name, boolean zstd, DataFile.Sums sums) {
    return new StoredFile(
        name,
        zstd ? DataFile.ZSTD : DataFile.PLAIN,
        sums.rawBytes(),
        sums.storedBytes(),
        sums.rawSha256(),
        sums.storedSha256());
  }

  /** The name that the file has once it is unpacked. */
  public String rawName() {
    return zstd() ? name.substring(0, name.length() - DataFile.SUFFIX.length()) : name;
  }

  boolean zstd() {
    return codec.equals(DataFile.ZSTD);
  }

  /** Whether it is a file as {@link Staging} makes them, whatever a manifest says. */
  boolean wellFormed() {
    return ArtifactName.isFile(name)
        && (codec.equals(DataFile.PLAIN)
            || (zstd() && name.endsWith(DataFile.SUFFIX) && ArtifactName.isFile(rawName())));
  }
}
