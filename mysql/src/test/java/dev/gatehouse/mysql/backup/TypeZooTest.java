package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type of column and every kind of object goes out and comes back as it was. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class TypeZooTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    TypeZoo.in(backups.database, served);
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  @Test
  void a_drill_finds_everything_equal_and_leaves_nothing() throws Exception {
    Content before = backups.content();
    Artifact artifact = backups.backUp();
    assertThat(artifact.manifest().content()).isEqualTo(before);
    assertThat(backups.drill(artifact)).isEmpty();
    assertThat(backups.copies()).isEmpty();
    assertThat(backups.content()).isEqualTo(before);
  }

  @Test
  void both_drivers_read_the_same() throws Exception {
    Content byOne = backups.content();
    Content byOther =
        MySqlBackups.INSTANCE.content(Backups.target("mariadb", backups.database), Progress.SILENT);
    assertThat(byOther).isEqualTo(byOne);
  }
}
