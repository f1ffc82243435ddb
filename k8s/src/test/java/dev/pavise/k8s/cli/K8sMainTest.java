package dev.pavise.k8s.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of this module, by name. */
final class K8sMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return K8sMain.run(
                line.isEmpty() ? List.of() : List.of(line.split(" ", -1)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                InputStream.nullInputStream(),
                Map.<String, String>of()::get,
                new CountDownLatch(0));
    }

    @ParameterizedTest
    @CsvSource({
        "--help,                    0, Usage: pavise",
        "manager --help,            0, Usage: pavise manager",
        "injector --help,           0, Usage: pavise injector",
        "k8s --help,                0, Usage: pavise k8s",
        "k8s inject --help,         0, Usage: pavise k8s inject",
        "k8s inject --version,      0, pavise 0.1.0",
        "'',                        2, name a command",
        "k8s,                       2, name a command of pavise k8s",
        "nonsense,                  2, nonsense",
        "injector --nonsense,       2, see: pavise injector --help",
        "k8s inject,                2, --filename",
        "injector --config absent,  1, absent",
        "manager --config absent,   1, absent",
    })
    void takesItsCommands(String line, int code, String said) {
        assertEquals(code, run(line), err.toString());
        assertTrue((out + err.toString()).contains(said), out + err.toString());
    }
}
