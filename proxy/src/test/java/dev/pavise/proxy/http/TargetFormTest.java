package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class TargetFormTest {
    private final TargetForm form = new TargetForm("https", 4096);

    private RequestTarget.Normal read(String target) {
        byte[] line = Fed.bytes("GET " + target + " HTTP/1.1");
        assertNull(form.read(line, 4, target.length()));
        return form.target();
    }

    @Test
    void readsOneTargetOnceHoweverOftenItIsAskedFor() {
        RequestTarget.Normal first = read("/a/b?c=d");
        assertSame(first, read("/a/b?c=d"));
        assertEquals("/a/x", read("/a/x?c=d").path());
        assertEquals("/a/b", read("/a/b").path());
        assertNull(form.target().query());
    }

    @Test
    void refusesWhatItRefusedBehindAnyTarget() {
        read("/a/b");
        byte[] line = Fed.bytes("/a/../b");
        assertNotNull(form.read(line, 0, line.length));
        assertNotNull(form.read(line, 0, line.length));
        assertEquals("/a/b", read("/a/b").path());
    }

    @Test
    void readsEachTargetAsAFreshReaderDoes() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        List<String> targets =
                List.of("/", "/a", "/b", "/a%20", "/%61", "/a?x", "/a?y", "/a//b", "/.", "https://h/a", "*");
        for (int i = 0; i < 5000; i++) {
            byte[] target = Fed.bytes(targets.get(random.nextInt(targets.size())));
            TargetForm fresh = new TargetForm("https", 4096);
            Refusal expected = fresh.read(target, 0, target.length);
            Refusal refusal = form.read(target, 0, target.length);
            assertEquals(expected, refusal);
            if (expected == null) {
                assertEquals(fresh.target(), form.target());
                assertEquals(fresh.authority(), form.authority());
            }
        }
    }
}
