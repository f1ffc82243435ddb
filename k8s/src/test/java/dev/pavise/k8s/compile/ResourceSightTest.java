package dev.pavise.k8s.compile;

import static dev.pavise.k8s.compile.CompiledNamespace.ROUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.resource.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of resources that cannot be seen, or not written, for a while. */
final class ResourceSightTest {
    @TempDir
    Path folder;

    private CompiledNamespace given;

    @BeforeEach
    void setUp() throws IOException {
        given = new CompiledNamespace(folder);
    }

    @AfterEach
    void tearDown() {
        given.close();
    }

    @Test
    void withoutTheKindsThereIsTheBase() {
        assumeFalse(given.server.real(), "the kinds of a cluster are there for everyone");
        AtomicBoolean missing = new AtomicBoolean(true);
        given.server.answer(request -> missing.get() && request.getPath().startsWith("/apis/pavise.dev/")
                ? Optional.of(ApiServer.status(404, "NotFound"))
                : Optional.empty());
        given.compiler.begin();
        Waiting.until("the base is there", () -> given.config().contains("/operator/**"));
        assertFalse(given.compiler.installed());
        missing.set(false);
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        assertTrue(given.compiler.installed());
    }

    @Test
    void whereNobodyKnowsNothingIsWritten() {
        assumeFalse(given.server.real(), "a cluster does not fail when it is asked to");
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        AtomicBoolean down = new AtomicBoolean(true);
        given.server.answer(
                request -> down.get() && request.getPath().startsWith("/apis/pavise.dev/v1alpha1/gatewayroutes")
                        ? Optional.of(ApiServer.status(500, "InternalError"))
                        : Optional.empty());
        given.compiler.begin();
        Waiting.until(
                "it was asked again and again",
                () -> given.server.requests().stream()
                                .filter(each -> each.contains("/apis/pavise.dev/v1alpha1/gatewayroutes")
                                        && each.startsWith("GET"))
                                .count()
                        > 2);
        assertEquals("", given.config());
        down.set(false);
        Waiting.until("it is written whole", () -> !given.config().isEmpty());
        assertEquals(1, given.journal.begun.size());
        assertTrue(given.config().contains("path: \"/a\""), given.config());
    }

    @Test
    void deniedRightsAreToldAndTriedAgain() {
        assumeFalse(given.server.real(), "an administrator is denied nothing");
        AtomicBoolean denied = new AtomicBoolean(true);
        given.server.answer(request -> denied.get() && request.getMethod().equals("PATCH")
                ? Optional.of(ApiServer.status(403, "Forbidden"))
                : Optional.empty());
        given.compiler.begin();
        Waiting.until("it was tried", () -> !given.journal.ended.isEmpty());
        assertTrue(given.journal.ended.getFirst().contains("403"), given.journal.ended.toString());
        denied.set(false);
        Waiting.until("it is written", () -> !given.config().isEmpty());
    }

    @Test
    void watchesThatBreakAndExpireAreTakenUpAgain() {
        assumeFalse(given.server.real(), "a cluster does not break when it is asked to");
        given.compiler.begin();
        given.create(Kind.GATEWAY_ROUTE, "a", ROUTE.formatted("/a"));
        given.until(Kind.GATEWAY_ROUTE, "a", "True", "in force");
        given.server.breakWatches();
        given.create(Kind.GATEWAY_ROUTE, "b", ROUTE.formatted("/b"));
        given.until(Kind.GATEWAY_ROUTE, "b", "True", "in force");
        given.server.expireWatches();
        given.create(Kind.GATEWAY_ROUTE, "c", ROUTE.formatted("/c"));
        given.until(Kind.GATEWAY_ROUTE, "c", "True", "in force");
    }
}
