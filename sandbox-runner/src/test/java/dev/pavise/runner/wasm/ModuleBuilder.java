package dev.pavise.runner.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts modules together byte by byte, good ones and bad ones. Function numbers: first the imports, in the order they were asked for. */
final class ModuleBuilder {
    static final int I32 = 0x7f;
    static final int I64 = 0x7e;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private byte[] memory = cat(bytes(0x00), leb(1));
    private byte[] tables = {};
    private byte[] globals = {};
    private byte[] data = {};
    private byte[] elements = {};
    private byte[] start = {};

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    static byte[] cat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }

    static byte[] leb(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        do {
            int octet = (int) (left & 0x7f);
            left >>>= 7;
            out.write(left == 0 ? octet : octet | 0x80);
        } while (left != 0);
        return out.toByteArray();
    }

    static byte[] i32(int value) {
        return cat(bytes(0x41), signed(value));
    }

    static byte[] i64(long value) {
        return cat(bytes(0x42), signed(value));
    }

    private static byte[] signed(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        while (true) {
            int octet = (int) (left & 0x7f);
            left >>= 7;
            boolean last = left == 0 && (octet & 0x40) == 0 || left == -1 && (octet & 0x40) != 0;
            out.write(last ? octet : octet | 0x80);
            if (last) return out.toByteArray();
        }
    }

    static byte[] call(int function) {
        return cat(bytes(0x10), leb(function));
    }

    static byte[] repeat(byte[] part, int times) {
        byte[] all = new byte[part.length * times];
        for (int i = 0; i < times; i++) System.arraycopy(part, 0, all, i * part.length, part.length);
        return all;
    }

    static byte[] name(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return cat(leb(text.length), text);
    }

    static byte[] section(int id, byte[] content) {
        return cat(bytes(id), leb(content.length), content);
    }

    private static byte[] vector(List<byte[]> items) {
        return cat(leb(items.size()), cat(items.toArray(byte[][]::new)));
    }

    /** A function of WASI, by its name and the letters of its parameters; its result is a number. */
    int imported(String name, String parameters) {
        return imported("wasi_snapshot_preview1", name, parameters, "i");
    }

    int imported(String module, String name, String parameters, String results) {
        imports.add(cat(name(module), name(name), bytes(0), leb(type(parameters, results))));
        return imports.size() - 1;
    }

    int type(String parameters, String results) {
        types.add(cat(bytes(0x60), letters(parameters), letters(results)));
        return types.size() - 1;
    }

    private static byte[] letters(String letters) {
        byte[] types = new byte[letters.length()];
        for (int i = 0; i < types.length; i++) types[i] = (byte) (letters.charAt(i) == 'l' ? I64 : I32);
        return cat(leb(types.length), types);
    }

    /** All imports come before. */
    int function(String parameters, String results, byte[] code) {
        return function(parameters, results, bytes(0), code);
    }

    int function(String parameters, String results, byte[] locals, byte[] code) {
        functions.add(leb(type(parameters, results)));
        byte[] body = cat(locals, code, bytes(0x0b));
        bodies.add(cat(leb(body.length), body));
        return imports.size() + functions.size() - 1;
    }

    ModuleBuilder main(byte[] code) {
        exports.add(cat(name("_start"), bytes(0), leb(function("", "", code))));
        return this;
    }

    ModuleBuilder memory(byte[] limits) {
        memory = limits;
        return this;
    }

    ModuleBuilder tables(byte[] content) {
        tables = content;
        return this;
    }

    ModuleBuilder globals(byte[] content) {
        globals = content;
        return this;
    }

    ModuleBuilder elements(byte[] content) {
        elements = content;
        return this;
    }

    ModuleBuilder start(int function) {
        start = leb(function);
        return this;
    }

    ModuleBuilder data(int offset, byte[] content) {
        data = cat(leb(1), bytes(0), i32(offset), bytes(0x0b), leb(content.length), content);
        return this;
    }

    byte[] build() {
        return cat(
                bytes(0, 'a', 's', 'm', 1, 0, 0, 0),
                section(1, vector(types)),
                section(2, vector(imports)),
                section(3, vector(functions)),
                tables.length == 0 ? tables : section(4, tables),
                memory.length == 0 ? memory : section(5, cat(leb(1), memory)),
                globals.length == 0 ? globals : section(6, globals),
                section(7, vector(exports)),
                start.length == 0 ? start : section(8, start),
                elements.length == 0 ? elements : section(9, elements),
                section(10, vector(bodies)),
                data.length == 0 ? data : section(11, data));
    }
}
