//! The table of checksums.

use crc::Crc;

use super::ByteOrder;
use super::simple::{fletcher16, inet, lrc, sum8, xor8};

/// What the table knows of an algorithm.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) bits: u32,
    pub(super) order: ByteOrder,
    /// The checksum of the ASCII digits "123456789".
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests' column of the table"))]
    pub(super) check: u128,
    pub(super) compute: fn(&[u8]) -> u128,
}

/// A line is: width type, constant of the `crc` crate, byte order, name, aliases; or, for what is no
/// CRC: function, bits, check value, name, aliases.
macro_rules! rows {
    (
        simple { $($simple:ident $bits:literal $check:literal $simple_name:literal $($simple_alias:literal)*;)* }
        crcs { $($width:ident $crc:ident $order:ident $name:literal $($alias:literal)*;)* }
    ) => {
        pub(super) static ROWS: &[Row] = &[
            $(Row {
                name: $simple_name,
                aliases: &[$($simple_alias),*],
                bits: $bits,
                order: ByteOrder::Big,
                check: $check,
                compute: $simple,
            },)*
            $(Row {
                name: $name,
                aliases: &[$($alias),*],
                bits: crc::$crc.width as u32,
                order: ByteOrder::$order,
                check: crc::$crc.check as u128,
                compute: |bytes| {
                    static CRC: Crc<$width> = Crc::<$width>::new(&crc::$crc);
                    CRC.checksum(bytes) as u128
                },
            },)*
        ];
    };
}

// The CRCs are all of Greg Cook's catalogue (https://reveng.sourceforge.io/crc-catalogue/all.htm), with
// its names and aliases; only its alias crc16-ccitt is left out, for half the world means another by it.
rows! {
    simple {
        sum8 8 0xdd "sum8";
        xor8 8 0x31 "xor8" "bcc";
        lrc 8 0x23 "lrc";
        inet 16 0xf62a "inet";
        fletcher16 16 0x1ede "fletcher16";
    }

    crcs {
        u8 CRC_3_GSM Big "crc3-gsm";
        u8 CRC_3_ROHC Big "crc3-rohc";
        u8 CRC_4_G_704 Big "crc4-g-704" "crc4-itu";
        u8 CRC_4_INTERLAKEN Big "crc4-interlaken";
        u8 CRC_5_EPC_C1G2 Big "crc5-epc-c1g2" "crc5-epc";
        u8 CRC_5_G_704 Big "crc5-g-704" "crc5-itu";
        u8 CRC_5_USB Big "crc5-usb";
        u8 CRC_6_CDMA2000_A Big "crc6-cdma2000-a";
        u8 CRC_6_CDMA2000_B Big "crc6-cdma2000-b";
        u8 CRC_6_DARC Big "crc6-darc";
        u8 CRC_6_G_704 Big "crc6-g-704" "crc6-itu";
        u8 CRC_6_GSM Big "crc6-gsm";
        u8 CRC_7_MMC Big "crc7-mmc" "crc7";
        u8 CRC_7_ROHC Big "crc7-rohc";
        u8 CRC_7_UMTS Big "crc7-umts";
        u8 CRC_8_AUTOSAR Big "crc8-autosar";
        u8 CRC_8_BLUETOOTH Big "crc8-bluetooth";
        u8 CRC_8_CDMA2000 Big "crc8-cdma2000";
        u8 CRC_8_DARC Big "crc8-darc";
        u8 CRC_8_DVB_S2 Big "crc8-dvb-s2";
        u8 CRC_8_GSM_A Big "crc8-gsm-a";
        u8 CRC_8_GSM_B Big "crc8-gsm-b";
        u8 CRC_8_HITAG Big "crc8-hitag";
        u8 CRC_8_I_432_1 Big "crc8-i-432-1" "crc8-itu";
        u8 CRC_8_I_CODE Big "crc8-i-code";
        u8 CRC_8_LTE Big "crc8-lte";
        u8 CRC_8_MAXIM_DOW Big "crc8-maxim-dow" "crc8-maxim";
        u8 CRC_8_MIFARE_MAD Big "crc8-mifare-mad";
        u8 CRC_8_NRSC_5 Big "crc8-nrsc-5";
        u8 CRC_8_OPENSAFETY Big "crc8-opensafety";
        u8 CRC_8_ROHC Big "crc8-rohc";
        u8 CRC_8_SAE_J1850 Big "crc8-sae-j1850";
        u8 CRC_8_SMBUS Big "crc8-smbus" "crc8";
        u8 CRC_8_TECH_3250 Big "crc8-tech-3250" "crc8-aes" "crc8-ebu";
        u8 CRC_8_WCDMA Big "crc8-wcdma";
        u16 CRC_10_ATM Big "crc10-atm" "crc10" "crc10-i-610";
        u16 CRC_10_CDMA2000 Big "crc10-cdma2000";
        u16 CRC_10_GSM Big "crc10-gsm";
        u16 CRC_11_FLEXRAY Big "crc11-flexray" "crc11";
        u16 CRC_11_UMTS Big "crc11-umts";
        u16 CRC_12_CDMA2000 Big "crc12-cdma2000";
        u16 CRC_12_DECT Big "crc12-dect";
        u16 CRC_12_GSM Big "crc12-gsm";
        u16 CRC_12_UMTS Big "crc12-umts" "crc12-3gpp";
        u16 CRC_13_BBC Big "crc13-bbc";
        u16 CRC_14_DARC Big "crc14-darc";
        u16 CRC_14_GSM Big "crc14-gsm";
        u16 CRC_15_CAN Big "crc15-can" "crc15";
        u16 CRC_15_MPT1327 Big "crc15-mpt1327";
        u16 CRC_16_ARC Big "crc16-arc" "crc16" "crc16-lha";
        u16 CRC_16_CDMA2000 Big "crc16-cdma2000";
        u16 CRC_16_CMS Big "crc16-cms";
        u16 CRC_16_DDS_110 Big "crc16-dds-110";
        u16 CRC_16_DECT_R Big "crc16-dect-r";
        u16 CRC_16_DECT_X Big "crc16-dect-x";
        u16 CRC_16_DNP Big "crc16-dnp";
        u16 CRC_16_EN_13757 Big "crc16-en-13757";
        u16 CRC_16_GENIBUS Big "crc16-genibus" "crc16-darc" "crc16-epc" "crc16-i-code";
        u16 CRC_16_GSM Big "crc16-gsm";
        u16 CRC_16_IBM_3740 Big "crc16-ibm-3740" "crc16-ccitt-false" "crc16-autosar";
        u16 CRC_16_IBM_SDLC Big "crc16-ibm-sdlc" "crc16-x25" "crc16-x-25" "crc16-iso-hdlc" "crc16-iso-iec-14443-3-b";
        u16 CRC_16_ISO_IEC_14443_3_A Big "crc16-iso-iec-14443-3-a";
        u16 CRC_16_KERMIT Big "crc16-kermit" "crc16-ccitt-true" "crc16-bluetooth" "crc16-v-41-lsb";
        u16 CRC_16_LJ1200 Big "crc16-lj1200";
        u16 CRC_16_M17 Big "crc16-m17";
        u16 CRC_16_MAXIM_DOW Big "crc16-maxim-dow" "crc16-maxim";
        u16 CRC_16_MCRF4XX Big "crc16-mcrf4xx";
        u16 CRC_16_MODBUS Little "crc16-modbus";
        u16 CRC_16_NRSC_5 Big "crc16-nrsc-5";
        u16 CRC_16_OPENSAFETY_A Big "crc16-opensafety-a";
        u16 CRC_16_OPENSAFETY_B Big "crc16-opensafety-b";
        u16 CRC_16_PROFIBUS Big "crc16-profibus" "crc16-iec-61158-2";
        u16 CRC_16_RIELLO Big "crc16-riello";
        u16 CRC_16_SPI_FUJITSU Big "crc16-spi-fujitsu" "crc16-aug-ccitt";
        u16 CRC_16_T10_DIF Big "crc16-t10-dif";
        u16 CRC_16_TELEDISK Big "crc16-teledisk";
        u16 CRC_16_TMS37157 Big "crc16-tms37157";
        u16 CRC_16_UMTS Big "crc16-umts" "crc16-buypass" "crc16-verifone";
        u16 CRC_16_USB Big "crc16-usb";
        u16 CRC_16_XMODEM Big "crc16-xmodem" "crc16-acorn" "crc16-lte" "crc16-v-41-msb";
        u32 CRC_17_CAN_FD Big "crc17-can-fd";
        u32 CRC_21_CAN_FD Big "crc21-can-fd";
        u32 CRC_24_BLE Big "crc24-ble";
        u32 CRC_24_FLEXRAY_A Big "crc24-flexray-a";
        u32 CRC_24_FLEXRAY_B Big "crc24-flexray-b";
        u32 CRC_24_INTERLAKEN Big "crc24-interlaken";
        u32 CRC_24_LTE_A Big "crc24-lte-a";
        u32 CRC_24_LTE_B Big "crc24-lte-b";
        u32 CRC_24_OPENPGP Big "crc24-openpgp" "crc24";
        u32 CRC_24_OS_9 Big "crc24-os-9";
        u32 CRC_30_CDMA Big "crc30-cdma";
        u32 CRC_31_PHILIPS Big "crc31-philips";
        u32 CRC_32_AIXM Big "crc32-aixm" "crc32q";
        u32 CRC_32_AUTOSAR Big "crc32-autosar";
        u32 CRC_32_BASE91_D Big "crc32-base91-d" "crc32d";
        u32 CRC_32_BZIP2 Big "crc32-bzip2" "crc32-aal5" "crc32-dect-b";
        u32 CRC_32_CD_ROM_EDC Big "crc32-cd-rom-edc";
        u32 CRC_32_CKSUM Big "crc32-cksum" "crc32-posix";
        u32 CRC_32_ISCSI Big "crc32-iscsi" "crc32c" "crc32-base91-c" "crc32-castagnoli" "crc32-interlaken";
        u32 CRC_32_ISO_HDLC Big "crc32-iso-hdlc" "crc32" "crc32-adccp" "crc32-v-42" "crc32-xz";
        u32 CRC_32_JAMCRC Big "crc32-jamcrc";
        u32 CRC_32_MEF Big "crc32-mef";
        u32 CRC_32_MPEG_2 Big "crc32-mpeg-2";
        u32 CRC_32_XFER Big "crc32-xfer";
        u64 CRC_40_GSM Big "crc40-gsm";
        u64 CRC_64_ECMA_182 Big "crc64-ecma-182" "crc64";
        u64 CRC_64_GO_ISO Big "crc64-go-iso";
        u64 CRC_64_MS Big "crc64-ms";
        u64 CRC_64_NVME Big "crc64-nvme";
        u64 CRC_64_REDIS Big "crc64-redis";
        u64 CRC_64_WE Big "crc64-we";
        u64 CRC_64_XZ Big "crc64-xz" "crc64-go-ecma";
        u128 CRC_82_DARC Big "crc82-darc" "crc82";
    }
}
