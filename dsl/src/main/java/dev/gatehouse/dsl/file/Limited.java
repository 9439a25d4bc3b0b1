package dev.gatehouse.dsl.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** So many bytes of a stream: what is written to a log while it is read is for the next look. */
final class Limited extends FilterInputStream {
  private long left;

  Limited(InputStream all, long most) {
    super(all);
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    int one = left <= 0 ? -1 : super.read();
    left -= one < 0 ? 0 : 1;
    return one;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (left <= 0) {
      return -1;
    }
    int got = super.read(into, from, (int) Math.min(length, left));
    left -= Math.max(got, 0);
    return got;
  }
}
