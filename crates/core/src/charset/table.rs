//! The table of charsets: finding, help, documents and tests are made from it.

use Coder::{Form as Coded, HongKong, Single, Web};

use super::Charset;
use super::single::{self, Upper};
use super::utf::Form;

use oem_cp::code_table as dos;

/// One charset.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) labels: &'static [&'static str],
    pub(super) about: &'static str,
    pub(super) coder: Coder,
}

/// How a charset is coded.
pub(super) enum Coder {
    /// One byte a character, the lower half ASCII.
    Single(Upper),
    /// A form of Unicode.
    Form(Form),
    /// As encoding_rs has it.
    Web(&'static encoding_rs::Encoding),
    /// As encoding_rs decodes it, encoding more than it does.
    HongKong(&'static encoding_rs::Encoding),
}

/// The charset of that name, known when this is compiled.
pub(super) const fn named(name: &str) -> Charset {
    let mut at = 0;
    while !same(ROWS[at].name.as_bytes(), name.as_bytes()) {
        at += 1;
    }
    Charset(at as u8)
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

const fn row(name: &'static str, labels: &'static [&'static str], about: &'static str, coder: Coder) -> Row {
    Row { name, labels, about, coder }
}

/// Every charset, the common ones first: where two labels are as near to a misspelt one, the first wins.
pub(super) static ROWS: [Row; 60] = [
    row("utf-8", &["cp65001", "unicode-1-1-utf-8"], "all of Unicode; the modern default", Coded(Form::Utf8)),
    row(
        "gbk",
        &["cp936", "ms936", "gb2312", "gb-2312-80", "euc-cn", "windows-936", "x-gbk", "chinese"],
        "simplified Chinese, as Windows has it; receives GB 18030's four-byte codes as well",
        Web(&encoding_rs::GBK_INIT),
    ),
    row(
        "gb18030",
        &["gb18030-2022", "cp54936"],
        "simplified Chinese standard; all of Unicode but 19 private-use characters",
        Web(&encoding_rs::GB18030_INIT),
    ),
    row(
        "big5",
        &["cp950", "ms950", "windows-950", "big5-eten", "x-x-big5", "cn-big5"],
        "traditional Chinese; receives Hong Kong's supplement as well",
        Web(&encoding_rs::BIG5_INIT),
    ),
    row(
        "big5-hkscs",
        &["hkscs", "cp951"],
        "traditional Chinese with Hong Kong's supplement",
        HongKong(&encoding_rs::BIG5_INIT),
    ),
    row(
        "shift_jis",
        &["sjis", "cp932", "ms932", "windows-31j", "windows-932", "x-sjis", "ms-kanji"],
        "Japanese, as Windows has it",
        Web(&encoding_rs::SHIFT_JIS_INIT),
    ),
    row(
        "euc-jp",
        &["ujis", "eucjp-ms", "cp51932", "x-euc-jp"],
        "Japanese, as Unix had it; receives JIS X 0212 as well",
        Web(&encoding_rs::EUC_JP_INIT),
    ),
    row(
        "iso-2022-jp",
        &["jis", "cp50220", "cp50221"],
        "Japanese in 7 bits with shift sequences, as in mail",
        Web(&encoding_rs::ISO_2022_JP_INIT),
    ),
    row(
        "euc-kr",
        &["cp949", "ms949", "uhc", "ks_c_5601-1987", "ksc5601", "windows-949", "cp51949", "korean"],
        "Korean, as Windows has it",
        Web(&encoding_rs::EUC_KR_INIT),
    ),
    row(
        "ascii",
        &["us-ascii", "ansi_x3.4-1968", "iso646-us", "cp20127"],
        "7 bits, strictly: bytes from 0x80 up are invalid",
        Single(single::NONE),
    ),
    row(
        "utf-16le",
        &["ucs-2le", "cp1200"],
        "all of Unicode in units of 16 bits, low byte first",
        Coded(Form::Utf16Le),
    ),
    row(
        "utf-16be",
        &["ucs-2be", "cp1201"],
        "all of Unicode in units of 16 bits, high byte first",
        Coded(Form::Utf16Be),
    ),
    row(
        "utf-32le",
        &["ucs-4le", "cp12000"],
        "all of Unicode in units of 32 bits, low byte first",
        Coded(Form::Utf32Le),
    ),
    row(
        "utf-32be",
        &["ucs-4be", "cp12001"],
        "all of Unicode in units of 32 bits, high byte first",
        Coded(Form::Utf32Be),
    ),
    row(
        "windows-1252",
        &["cp1252", "win1252", "ms1252", "x-cp1252"],
        "Western European; what the web calls latin1",
        Web(&encoding_rs::WINDOWS_1252_INIT),
    ),
    row(
        "windows-1250",
        &["cp1250", "win1250", "ms1250", "x-cp1250"],
        "Central European",
        Web(&encoding_rs::WINDOWS_1250_INIT),
    ),
    row(
        "windows-1251",
        &["cp1251", "win1251", "ms1251", "x-cp1251"],
        "Cyrillic",
        Web(&encoding_rs::WINDOWS_1251_INIT),
    ),
    row(
        "windows-1253",
        &["cp1253", "win1253", "ms1253", "x-cp1253"],
        "Greek",
        Web(&encoding_rs::WINDOWS_1253_INIT),
    ),
    row(
        "windows-1254",
        &["cp1254", "win1254", "ms1254", "x-cp1254"],
        "Turkish",
        Web(&encoding_rs::WINDOWS_1254_INIT),
    ),
    row(
        "windows-1255",
        &["cp1255", "win1255", "ms1255", "x-cp1255"],
        "Hebrew",
        Web(&encoding_rs::WINDOWS_1255_INIT),
    ),
    row(
        "windows-1256",
        &["cp1256", "win1256", "ms1256", "x-cp1256"],
        "Arabic",
        Web(&encoding_rs::WINDOWS_1256_INIT),
    ),
    row(
        "windows-1257",
        &["cp1257", "win1257", "ms1257", "x-cp1257"],
        "Baltic",
        Web(&encoding_rs::WINDOWS_1257_INIT),
    ),
    row(
        "windows-1258",
        &["cp1258", "win1258", "ms1258", "x-cp1258"],
        "Vietnamese",
        Web(&encoding_rs::WINDOWS_1258_INIT),
    ),
    row(
        "windows-874",
        &["cp874", "win874", "tis-620", "dos-874"],
        "Thai",
        Web(&encoding_rs::WINDOWS_874_INIT),
    ),
    row(
        "iso-8859-1",
        &["latin1", "l1", "cp28591", "cp819", "ibm819"],
        "Western European; 0x80 to 0x9F are control characters",
        Single(single::LATIN_1),
    ),
    row("iso-8859-2", &["latin2", "l2", "cp28592"], "Central European", Web(&encoding_rs::ISO_8859_2_INIT)),
    row("iso-8859-3", &["latin3", "l3", "cp28593"], "South European", Web(&encoding_rs::ISO_8859_3_INIT)),
    row("iso-8859-4", &["latin4", "l4", "cp28594"], "North European", Web(&encoding_rs::ISO_8859_4_INIT)),
    row("iso-8859-5", &["cyrillic", "cp28595"], "Cyrillic", Web(&encoding_rs::ISO_8859_5_INIT)),
    row(
        "iso-8859-6",
        &["arabic", "asmo-708", "ecma-114", "cp28596"],
        "Arabic",
        Web(&encoding_rs::ISO_8859_6_INIT),
    ),
    row(
        "iso-8859-7",
        &["greek", "elot-928", "ecma-118", "cp28597"],
        "Greek",
        Web(&encoding_rs::ISO_8859_7_INIT),
    ),
    row(
        "iso-8859-8",
        &["hebrew", "iso-8859-8-i", "logical", "visual", "cp28598", "cp38598"],
        "Hebrew; bytes in the order in which they came",
        Web(&encoding_rs::ISO_8859_8_INIT),
    ),
    row(
        "iso-8859-9",
        &["latin5", "l5", "cp28599"],
        "Turkish; 0x80 to 0x9F are control characters",
        Single(single::LATIN_5),
    ),
    row("iso-8859-10", &["latin6", "l6", "cp28600"], "Nordic", Web(&encoding_rs::ISO_8859_10_INIT)),
    row("iso-8859-11", &["cp28601"], "Thai; 0x80 to 0x9F are control characters", Single(single::THAI)),
    row("iso-8859-13", &["latin7", "l7", "cp28603"], "Baltic", Web(&encoding_rs::ISO_8859_13_INIT)),
    row("iso-8859-14", &["latin8", "l8", "cp28604"], "Celtic", Web(&encoding_rs::ISO_8859_14_INIT)),
    row(
        "iso-8859-15",
        &["latin9", "l9", "cp28605", "cp923"],
        "Western European with the euro",
        Web(&encoding_rs::ISO_8859_15_INIT),
    ),
    row(
        "iso-8859-16",
        &["latin10", "l10", "cp28606"],
        "South-East European",
        Web(&encoding_rs::ISO_8859_16_INIT),
    ),
    row("koi8-r", &["koi8", "cp20866", "cp878"], "Russian", Web(&encoding_rs::KOI8_R_INIT)),
    row("koi8-u", &["koi8-ru", "cp21866"], "Ukrainian and Belarusian", Web(&encoding_rs::KOI8_U_INIT)),
    row(
        "macintosh",
        &["mac", "macroman", "x-mac-roman", "cp10000"],
        "Western European, as the old Macintosh had it",
        Web(&encoding_rs::MACINTOSH_INIT),
    ),
    row(
        "x-mac-cyrillic",
        &["mac-cyrillic", "x-mac-ukrainian", "cp10007"],
        "Cyrillic, as the old Macintosh had it",
        Web(&encoding_rs::X_MAC_CYRILLIC_INIT),
    ),
    row(
        "cp437",
        &["ibm437", "dos-437"],
        "DOS: United States",
        Single(Upper::All(&dos::DECODING_TABLE_CP437)),
    ),
    row("cp720", &["ibm720", "dos-720"], "DOS: Arabic", Single(Upper::All(&dos::DECODING_TABLE_CP720))),
    row("cp737", &["ibm737", "dos-737"], "DOS: Greek", Single(Upper::All(&dos::DECODING_TABLE_CP737))),
    row("cp775", &["ibm775", "dos-775"], "DOS: Baltic", Single(Upper::All(&dos::DECODING_TABLE_CP775))),
    row(
        "cp850",
        &["ibm850", "dos-850", "dos-latin1"],
        "DOS: Western European",
        Single(Upper::All(&dos::DECODING_TABLE_CP850)),
    ),
    row(
        "cp852",
        &["ibm852", "dos-852", "dos-latin2"],
        "DOS: Central European",
        Single(Upper::All(&dos::DECODING_TABLE_CP852)),
    ),
    row("cp855", &["ibm855", "dos-855"], "DOS: Cyrillic", Single(Upper::All(&dos::DECODING_TABLE_CP855))),
    row("cp857", &["ibm857", "dos-857"], "DOS: Turkish", Single(Upper::Some(&dos::DECODING_TABLE_CP857))),
    row(
        "cp858",
        &["ibm858", "dos-858"],
        "DOS: Western European with the euro",
        Single(Upper::All(&dos::DECODING_TABLE_CP858)),
    ),
    row("cp860", &["ibm860", "dos-860"], "DOS: Portuguese", Single(Upper::All(&dos::DECODING_TABLE_CP860))),
    row(
        "cp861",
        &["ibm861", "dos-861", "cp-is"],
        "DOS: Icelandic",
        Single(Upper::All(&dos::DECODING_TABLE_CP861)),
    ),
    row("cp862", &["ibm862", "dos-862"], "DOS: Hebrew", Single(Upper::All(&dos::DECODING_TABLE_CP862))),
    row(
        "cp863",
        &["ibm863", "dos-863"],
        "DOS: Canadian French",
        Single(Upper::All(&dos::DECODING_TABLE_CP863)),
    ),
    row(
        "cp864",
        &["ibm864", "dos-864"],
        "DOS: Arabic; 0x25 is the percent sign",
        Single(Upper::Some(&dos::DECODING_TABLE_CP864)),
    ),
    row("cp865", &["ibm865", "dos-865"], "DOS: Nordic", Single(Upper::All(&dos::DECODING_TABLE_CP865))),
    row(
        "cp866",
        &["ibm866", "dos-866", "csibm866"],
        "DOS: Russian",
        Single(Upper::All(&dos::DECODING_TABLE_CP866)),
    ),
    row("cp869", &["ibm869", "dos-869"], "DOS: Greek", Single(Upper::All(&dos::DECODING_TABLE_CP869))),
];
