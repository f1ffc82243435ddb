package dev.pavise.runner.wasm.files;

/** What a call can end in, with the numbers of WASI preview 1 ({@code errno} in its witx files); only those that are given here. */
public enum Errno {
    SUCCESS(0),
    BADF(8),
    EXIST(20),
    FAULT(21),
    FBIG(22),
    ILSEQ(25),
    INVAL(28),
    ISDIR(31),
    LOOP(32),
    MFILE(33),
    NAMETOOLONG(37),
    NOENT(44),
    NOSPC(51),
    NOSYS(52),
    NOTDIR(54),
    NOTEMPTY(55),
    NOTSOCK(57),
    NOTSUP(58),
    OVERFLOW(61),
    PERM(63),
    ROFS(69),
    SPIPE(70),
    XDEV(75),
    NOTCAPABLE(76);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Whether it says that the module asked for more of the file system than it was given. */
    public boolean beyondGrant() {
        return this == NOTCAPABLE || this == ROFS || this == NOSPC || this == FBIG;
    }
}
