package dev.pavise.proxy.cli;

/** Text that a stranger chose, shown so that it cannot act on the terminal. */
final class Printable {
    private Printable() {}

    static String text(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean acts = Character.isISOControl(point) || Character.getType(point) == Character.FORMAT;
            if (acts) {
                shown.append(String.format("\\u{%x}", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }
}
