package dev.pavise.runner.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What the kernel will make of a file that is to run, told from its first bytes. */
public sealed interface Content {
    /** How many of the first bytes are enough: as many as the kernel looks at. */
    int HEAD = 256;

    /** A program for this processor. */
    record Executable() implements Content {}

    /** A text for an interpreter, which is named in its first line. */
    record Script(Path interpreter) implements Content {}

    /** Nothing that can run here. */
    record Unfit(String reason) implements Content {}

    static Content of(byte[] head, int length, Architecture architecture) {
        if (length >= 2 && head[0] == '#' && head[1] == '!') {
            return script(new String(head, 0, length, StandardCharsets.ISO_8859_1));
        }
        if (length < 20 || head[0] != 0x7F || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
            return new Unfit("neither an ELF program nor a script with a first line of #!");
        }
        // e_ident: class 2 is 64-bit, data 1 is little-endian; then e_type and e_machine, two bytes each.
        ByteBuffer elf = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int type = elf.getShort(16);
        if (head[4] != 2 || head[5] != 1 || elf.getShort(18) != architecture.elfMachine()) {
            return new Unfit("a program for another processor than " + architecture);
        }
        return type == 2 || type == 3 ? new Executable() : new Unfit("an ELF file that is no program");
    }

    private static Content script(String head) {
        int end = head.indexOf('\n');
        if (end < 0) {
            return new Unfit("the first line of the script does not end within " + HEAD + " bytes");
        }
        String line = head.substring(2, end).strip();
        int space = 0;
        while (space < line.length() && line.charAt(space) != ' ' && line.charAt(space) != '\t') {
            space++;
        }
        try {
            Path interpreter = Path.of(line.substring(0, space));
            return interpreter.isAbsolute() && interpreter.equals(interpreter.normalize())
                    ? new Script(interpreter)
                    : new Unfit("the script's first line names no absolute path");
        } catch (InvalidPathException e) {
            return new Unfit("the script's first line names no path");
        }
    }
}
