package dev.pavise.k8s.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageMainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "manager --config m.yaml    | true",
                "injector --config i.yaml   | true",
                "k8s inject -f d.yaml       | true",
                "k8s status                 | false",
                "k8s                        | false",
                "gateway --config g.yaml    | false",
                "audit manager              | false",
                "--help                     | false",
                "''                         | false",
            })
    void givesEachCommandToTheModuleThatHasIt(String line, boolean isHere) {
        List<String> arguments =
                line.isBlank() ? List.of() : Arrays.asList(line.trim().split(" +"));

        assertEquals(isHere, ImageMain.isOfThisModule(arguments));
    }
}
