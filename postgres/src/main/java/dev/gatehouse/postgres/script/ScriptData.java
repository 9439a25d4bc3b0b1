package dev.gatehouse.postgres.script;

import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptRefusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The data of a {@code COPY ... FROM stdin} as it stands in the script, up to the line \. */
final class ScriptData extends InputStream {
  private final ScriptBytes bytes;
  private final String name;
  private final int line;
  private boolean atLineStart = true;
  private boolean ended;

  ScriptData(ScriptBytes bytes, String name, int line) {
    this.bytes = bytes;
    this.name = name;
    this.line = line;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? count : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    int done = 0;
    while (done < length && !ended) {
      if (atLineStart && takeEnd()) {
        ended = true;
      } else {
        int count = bytes.copyBeforeLine('\\', '.', to, offset + done, length - done);
        if (count == ScriptBytes.END) {
          throw ScriptRefusal.malformed(
              "the data of a COPY does not end: the script was cut off",
              name + ":" + line,
              "get the whole file; the line \\. ends the data");
        }
        done += count;
        atLineStart = to[offset + done - 1] == '\n';
      }
    }
    return done == 0 && ended && length > 0 ? -1 : done;
  }

  private boolean takeEnd() throws IOException {
    if (bytes.peek(0) != '\\' || bytes.peek(1) != '.') {
      return false;
    }
    int blank = bytes.peek(2) == '\r' ? 1 : 0;
    int after = bytes.peek(2 + blank);
    if (after != '\n' && after != ScriptBytes.END) {
      return false;
    }
    bytes.take(after == '\n' ? 3 + blank : 2 + blank);
    return true;
  }

  /** What nobody read is still data, and no statements. */
  void passOver() throws IOException {
    transferTo(OutputStream.nullOutputStream());
  }
}
