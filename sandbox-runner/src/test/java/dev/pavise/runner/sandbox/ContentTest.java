package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentTest {
    private static Content of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Content.of(
                Arrays.copyOf(bytes, Content.HEAD), Math.min(bytes.length, Content.HEAD), Architecture.X86_64);
    }

    @ParameterizedTest
    @CsvSource({
        "'#!/bin/sh\n',/bin/sh",
        "'#! /usr/bin/env python3\nx',/usr/bin/env",
        "'#!/bin/sh\t-e\n',/bin/sh",
        "'#!/bin/sh\r\n',/bin/sh"
    })
    void readsInterpreter(String text, String interpreter) {
        assertEquals(new Content.Script(Path.of(interpreter)), of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#",
                "#!",
                "#!\n",
                "#!sh\n",
                "#!/bin/../sh\n",
                "#!/bin/sh",
                "#!/bin/s\0h\n",
                "hello",
                "\u007fEL",
                "\u007fELF",
                "MZ"
            })
    void refusesWhatIsNeither(String text) {
        assertInstanceOf(Content.Unfit.class, of(text));
    }

    @Test
    void readsPrograms() {
        byte[] elf = new byte[Content.HEAD];
        System.arraycopy(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}, 0, elf, 0, 7);
        elf[16] = 3;
        elf[18] = 62;
        assertEquals(new Content.Executable(), Content.of(elf, elf.length, Architecture.X86_64));
        assertInstanceOf(Content.Unfit.class, Content.of(elf, elf.length, Architecture.AARCH64), "another processor");
        assertInstanceOf(Content.Unfit.class, Content.of(elf, 19, Architecture.X86_64), "cut short");
        elf[16] = 1;
        assertInstanceOf(Content.Unfit.class, Content.of(elf, elf.length, Architecture.X86_64), "an object file");
        elf[16] = 2;
        elf[4] = 1;
        assertInstanceOf(Content.Unfit.class, Content.of(elf, elf.length, Architecture.X86_64), "32 bits");
    }

    @Test
    void readsProgramsOfThisMachine() throws IOException {
        Architecture own = Architecture.named(System.getProperty("os.arch")).orElseThrow();
        byte[] java = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin/java"));
        assertEquals(new Content.Executable(), Content.of(Arrays.copyOf(java, Content.HEAD), Content.HEAD, own));
    }

    @Test
    void anyBytesAreSomething() {
        Random random = new Random(11);
        for (int round = 0; round < 200_000; round++) {
            byte[] head = new byte[Content.HEAD];
            random.nextBytes(head);
            if (round % 2 == 0) {
                head[0] = '#';
                head[1] = '!';
                head[2] = '/';
                head[random.nextInt(Content.HEAD)] = '\n';
            }
            assertNotNull(Content.of(head, random.nextInt(Content.HEAD + 1), Architecture.AARCH64));
        }
    }
}
