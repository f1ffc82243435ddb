package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigWatchTest {

    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final long DEADLINE_S = 20;

    @TempDir
    private Path temporary;

    private final LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();
    private final AtomicInteger loads = new AtomicInteger();
    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));
    private @Nullable ConfigWatch watch;

    private final class Told implements ConfigWatch.Listener {
        @Override
        public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
            told.add(config);
        }

        @Override
        public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
            told.add(errors);
        }
    }

    @BeforeEach
    void setFolder() {
        folder = new ConfigFolder(temporary);
    }

    @AfterEach
    void endWatch() {
        if (watch != null) watch.close();
    }

    private ConfigWatch start(ConfigWatch.Listener listener) {
        ConfigWatch started = new ConfigWatch(() -> {
            loads.incrementAndGet();
            return ConfigLoader.load(folder.path("pavise.yaml"), name -> null);
        });
        watch = started;
        ConfigFolder.good(started.load());
        started.start(OFTEN, listener);
        return started;
    }

    private Object next() throws InterruptedException {
        return Objects.requireNonNull(told.poll(DEADLINE_S, TimeUnit.SECONDS), "nothing was told");
    }

    private GatewayConfig nextGood() throws InterruptedException {
        return assertInstanceOf(GatewayConfig.class, next());
    }

    @Test
    void tellsOfChangesToEachKindOfFile() throws Exception {
        folder.withFiles("gw.crt", "gw.key").write("roles.yaml", "roles: []");
        folder.write("secret", "0123456789abcdef");
        folder.write("pavise.yaml", """
                tls: {cert: gw.crt, key: gw.key}
                roles_file: roles.yaml
                identity: {operator_token: "${file:secret}"}
                """);
        start(new Told());
        for (String file : List.of("gw.crt", "gw.key")) {
            folder.write(file, "other");
            nextGood();
        }
        folder.write("roles.yaml", "roles: {a: {permissions: []}}");
        assertEquals(1, nextGood().access().roles().size());
        folder.write("secret", "fedcba9876543210");
        assertEquals(Secret.of("fedcba9876543210"), nextGood().identity().operatorToken());
        folder.write("pavise.yaml", "data_dir: elsewhere");
        assertEquals(folder.path("elsewhere"), nextGood().dataDir());
        assertNull(told.poll());
    }

    @Test
    void keepsQuietAsLongAsTheContentIsTheSame() throws Exception {
        Path file = folder.write("pavise.yaml", "data_dir: a");
        start(new Told());
        int before = loads.get();
        folder.write("pavise.yaml", "data_dir: a");
        Files.move(folder.write("new", "data_dir: a"), file, StandardCopyOption.REPLACE_EXISTING);
        folder.write("unrelated", "x");
        folder.write("pavise.yaml", "data_dir: b");
        assertEquals(folder.path("b"), nextGood().dataDir());
        assertNull(told.poll());
        assertTrue(loads.get() - before <= 2, "loads: " + (loads.get() - before));
    }

    @Test
    void tellsOfErrorsOnceAndOfTheirMending() throws Exception {
        folder.write("pavise.yaml", "data_dir: a");
        start(new Told());
        folder.write("pavise.yaml", "data_dri: b");
        List<?> errors = assertInstanceOf(List.class, next());
        assertTrue(errors.toString().contains("did you mean `data_dir`?"), errors.toString());
        folder.write("pavise.yaml", "tls: {cert: gw.crt, key: gw.key}");
        assertTrue(next().toString().contains("there is no such file"));
        folder.write("gw.crt", "now there");
        assertTrue(next().toString().contains("there is no such file"));
        folder.write("gw.key", "now there");
        assertEquals(folder.path("gw.crt"), nextGood().tls().cert());
        Files.delete(folder.path("pavise.yaml"));
        assertTrue(next().toString().contains("does not exist"));
        folder.write("pavise.yaml", "data_dir: c");
        assertEquals(folder.path("c"), nextGood().dataDir());
    }

    @Test
    void seesTheSwapOfALinkAsKubernetesMakesIt() throws Exception {
        mount("..2026_01", "data_dir: first", "one");
        Files.createSymbolicLink(folder.path("..data"), Path.of("..2026_01"));
        for (String name : List.of("pavise.yaml", "gw.crt")) {
            Files.createSymbolicLink(folder.path(name), Path.of("..data", name));
        }
        start(new Told());
        mount("..2026_02", "data_dir: second\ntls: {cert: gw.crt, key: gw.crt}", "two");
        swap("..2026_02");
        assertEquals(folder.path("second"), nextGood().dataDir());
        mount("..2026_03", "data_dir: second\ntls: {cert: gw.crt, key: gw.crt}", "three");
        swap("..2026_03");
        nextGood();
        mount("..2026_04", "data_dir: second\ntls: {cert: gw.crt, key: gw.crt}", "three");
        swap("..2026_04");
        mount("..2026_05", "data_dir: last", "three");
        swap("..2026_05");
        assertEquals(folder.path("last"), nextGood().dataDir(), "the same content behind a new link is no change");
    }

    private void mount(String version, String yaml, String certificate) {
        folder.write(version + "/pavise.yaml", yaml);
        folder.write(version + "/gw.crt", certificate);
    }

    private void swap(String version) throws IOException {
        Path draft = Files.createSymbolicLink(folder.path("..data_tmp"), Path.of(version));
        Files.move(draft, folder.path("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void reloadsWhenAskedWhetherOrNotAnythingChanged() throws Exception {
        folder.write("pavise.yaml", "data_dir: a");
        ConfigWatch started = start(new Told());
        assertInstanceOf(ConfigResult.Loaded.class, started.reload());
        assertEquals(folder.path("a"), nextGood().dataDir());
        folder.write("pavise.yaml", "data_dri: a");
        assertInstanceOf(ConfigResult.Invalid.class, started.reload());
        assertInstanceOf(List.class, next());
        assertNull(told.poll(), "told once, not again by the watch");
    }

    @Test
    void outlivesAListenerThatFails() throws Exception {
        folder.write("pavise.yaml", "data_dir: a");
        AtomicInteger failures = new AtomicInteger();
        start(new ConfigWatch.Listener() {
            @Override
            public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
                told.add(config);
                if (failures.incrementAndGet() == 1) throw new IllegalStateException("the key does not fit");
            }

            @Override
            public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
                told.add(errors);
            }
        });
        folder.write("pavise.yaml", "data_dir: b");
        nextGood();
        folder.write("pavise.yaml", "data_dir: c");
        assertEquals(folder.path("c"), nextGood().dataDir());
    }

    @Test
    void seesAChangeOfALargeFile() throws Exception {
        folder.write("list.pem", "a".repeat(2 << 20));
        folder.withFiles("ca.pem");
        folder.write("pavise.yaml", "tls: {client_ca: ca.pem, client_crl: list.pem}");
        start(new Told());
        folder.write("list.pem", "b".repeat(2 << 20));
        nextGood();
    }
}
