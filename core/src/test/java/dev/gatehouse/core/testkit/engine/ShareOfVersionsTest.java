package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which versions of a server a test class takes. No server is started. */
class ShareOfVersionsTest {
  private final String every = System.getProperty("engines.every", "false");

  @BeforeEach
  void as_in_the_default_build() {
    System.setProperty("engines.every", "false");
  }

  @AfterEach
  void restore() {
    System.setProperty("engines.every", every);
  }

  @Test
  void a_class_takes_one_version_and_always_the_same() {
    assertThat(EngineUnderTest.postgres(CacheTest.class))
        .hasSize(1)
        .isSubsetOf(EngineUnderTest.postgres())
        .isEqualTo(EngineUnderTest.postgres(CacheTest.class))
        .containsExactly(EngineUnderTest.onePostgres(CacheTest.class));
    assertThat(EngineUnderTest.mysql(CacheTest.class)).hasSize(1);
    assertThat(EngineUnderTest.mariadb(CacheTest.class)).hasSize(1);
  }

  @Test
  void classes_share_the_versions_among_them() {
    List<EngineUnderTest> all =
        List.of(
            EngineUnderTest.of(Product.POSTGRES, "15"), EngineUnderTest.of(Product.POSTGRES, "17"));
    assertThat(
            List.of(
                EngineUnderTest.one(all, CacheTest.class),
                EngineUnderTest.one(all, ContainersTest.class),
                EngineUnderTest.one(all, EmbeddedJarTest.class),
                EngineUnderTest.one(all, MatrixListenerTest.class),
                EngineUnderTest.one(all, MatrixReportTest.class),
                EngineUnderTest.one(all, MissingEngineTest.class)))
        .containsAll(all);
  }

  @Test
  void with_the_profile_engines_a_class_takes_all_of_them() {
    System.setProperty("engines.every", "true");
    assertThat(EngineUnderTest.postgres(CacheTest.class)).isEqualTo(EngineUnderTest.postgres());
    assertThat(EngineUnderTest.mysql(CacheTest.class)).isEqualTo(EngineUnderTest.mysql());
    assertThat(EngineUnderTest.mariadb(CacheTest.class)).isEqualTo(EngineUnderTest.mariadb());
  }
}
