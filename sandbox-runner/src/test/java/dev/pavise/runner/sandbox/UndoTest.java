package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run took is given back from the last to the first, and nothing before what came after it. */
final class UndoTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnWhereItFailed(boolean checked) {
        List<String> taken = new ArrayList<>();
        Undo undo = new Undo();
        undo.later(() -> taken.add("user"));
        undo.later(() -> {
            if (taken.size() == 1) {
                taken.add("tried");
                IOException busy = new IOException("busy");
                if (checked) {
                    throw busy;
                }
                throw new DirectoryIteratorException(busy);
            }
            taken.add("cgroup");
        });
        undo.later(() -> taken.add("folder"));
        assertFalse(undo.run());
        assertEquals(List.of("folder", "tried"), taken);
        assertTrue(undo.run());
        assertEquals(List.of("folder", "tried", "cgroup", "user"), taken);
        assertTrue(undo.run());
    }
}
