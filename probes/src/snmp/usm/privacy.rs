//! Encryption of what a message says: CBC-DES (RFC 3414 §8) and CFB-AES (RFC 3826; longer keys as net-snmp and Cisco make them).

use super::keys::{Digest, MasterKey};
use aes::cipher::{Block, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use des::Des;
use serde::Deserialize;

/// How messages are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Privacy {
    /// For devices that know nothing better.
    #[serde(rename = "DES")]
    Des,
    /// What RFC 3826 defines.
    #[serde(rename = "AES-128", alias = "AES")]
    Aes128,
    /// With a key lengthened as in draft-blumenthal-aes-usm where the digest is too short for it.
    #[serde(rename = "AES-192")]
    Aes192,
    /// With a key lengthened as in draft-blumenthal-aes-usm where the digest is too short for it.
    #[serde(rename = "AES-256")]
    Aes256,
    /// With a key lengthened as Cisco does it (draft-reeder-snmpv3-usm-3desede).
    #[serde(rename = "AES-192-C")]
    Aes192C,
    /// With a key lengthened as Cisco does it (draft-reeder-snmpv3-usm-3desede).
    #[serde(rename = "AES-256-C")]
    Aes256C,
}

impl Privacy {
    fn key_length(self) -> usize {
        match self {
            Privacy::Des | Privacy::Aes128 => 16,
            Privacy::Aes192 | Privacy::Aes192C => 24,
            Privacy::Aes256 | Privacy::Aes256C => 32,
        }
    }

    /// The key for one device.
    pub(super) fn key(self, master: &MasterKey, engine: &[u8]) -> Vec<u8> {
        let digest: Digest = master.digest;
        let mut key = master.localised(engine);
        while key.len() < self.key_length() {
            let more = match self {
                Privacy::Aes192C | Privacy::Aes256C => MasterKey::of_key(digest, &key, engine),
                _ => digest.hash(&[&key]),
            };
            key.extend(more);
        }
        key.truncate(self.key_length());
        key
    }

    /// Encrypts in place. `salt` must never be the same for two messages under one key; it travels with the message. DES fills up to whole
    /// blocks with zeros, which the reader leaves aside because what is encrypted carries its own length.
    pub(super) fn encrypt(self, key: &[u8], clock: (u32, u32), salt: [u8; 8], data: &mut Vec<u8>) -> Option<()> {
        match self {
            Privacy::Des => {
                data.resize(data.len().next_multiple_of(8), 0);
                let mut cipher = cbc::Encryptor::<Des>::new_from_slices(key.get(..8)?, &des_iv(key, salt)?).ok()?;
                for block in data.chunks_exact_mut(8) {
                    cipher.encrypt_block(<&mut Block<Des>>::try_from(block).ok()?);
                }
            }
            Privacy::Aes128 => aes_encrypt::<Aes128>(key, &aes_iv(clock, salt), data)?,
            Privacy::Aes192 | Privacy::Aes192C => aes_encrypt::<Aes192>(key, &aes_iv(clock, salt), data)?,
            Privacy::Aes256 | Privacy::Aes256C => aes_encrypt::<Aes256>(key, &aes_iv(clock, salt), data)?,
        }
        Some(())
    }

    /// Decrypts in place what carries this clock and salt; nothing where the lengths are not those of the protocol.
    pub(super) fn decrypt(self, key: &[u8], clock: (u32, u32), salt: &[u8], data: &mut [u8]) -> Option<()> {
        let salt: [u8; 8] = salt.try_into().ok()?;
        match self {
            Privacy::Des => {
                if !data.len().is_multiple_of(8) {
                    return None;
                }
                let mut cipher = cbc::Decryptor::<Des>::new_from_slices(key.get(..8)?, &des_iv(key, salt)?).ok()?;
                for block in data.chunks_exact_mut(8) {
                    cipher.decrypt_block(<&mut Block<Des>>::try_from(block).ok()?);
                }
            }
            Privacy::Aes128 => aes_decrypt::<Aes128>(key, &aes_iv(clock, salt), data)?,
            Privacy::Aes192 | Privacy::Aes192C => aes_decrypt::<Aes192>(key, &aes_iv(clock, salt), data)?,
            Privacy::Aes256 | Privacy::Aes256C => aes_decrypt::<Aes256>(key, &aes_iv(clock, salt), data)?,
        }
        Some(())
    }
}

/// RFC 3414 §8.1.1.1: the second half of the key, changed by the salt.
fn des_iv(key: &[u8], salt: [u8; 8]) -> Option<[u8; 8]> {
    let mut iv: [u8; 8] = key.get(8..16)?.try_into().ok()?;
    iv.iter_mut().zip(salt).for_each(|(byte, salt)| *byte ^= salt);
    Some(iv)
}

/// RFC 3826 §3.1.2.1: boots, time, salt.
fn aes_iv((boots, time): (u32, u32), salt: [u8; 8]) -> [u8; 16] {
    let mut iv = [0; 16];
    let bytes = boots.to_be_bytes().into_iter().chain(time.to_be_bytes()).chain(salt);
    iv.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    iv
}

fn aes_encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
    cfb_mode::Encryptor::<C>::new_from_slices(key, iv).ok()?.encrypt(data);
    Some(())
}

fn aes_decrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Option<()> {
    cfb_mode::Decryptor::<C>::new_from_slices(key, iv).ok()?.decrypt(data);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Privacy; 6] =
        [Privacy::Des, Privacy::Aes128, Privacy::Aes192, Privacy::Aes256, Privacy::Aes192C, Privacy::Aes256C];

    #[test]
    fn what_was_encrypted_comes_back_whatever_its_length() {
        for digest in [Digest::Md5, Digest::Sha1, Digest::Sha256, Digest::Sha512] {
            let master = MasterKey::new(digest, "12345678").expect("long enough");
            for privacy in ALL {
                let key = privacy.key(&master, b"engine");
                assert_eq!(key.len(), privacy.key_length());
                for length in [0, 1, 7, 8, 15, 16, 17, 300] {
                    let plain = vec![0x42; length];
                    let mut data = plain.clone();
                    privacy.encrypt(&key, (1, 2), [3; 8], &mut data).expect("encrypted");
                    assert!(length == 0 || data != plain);
                    privacy.decrypt(&key, (1, 2), &[3; 8], &mut data).expect("decrypted");
                    assert!(data.starts_with(&plain) && data.len() < plain.len() + 8);
                }
            }
        }
    }

    #[test]
    fn wrong_lengths_are_refused() {
        let key = [7; 16];
        assert_eq!(Privacy::Des.decrypt(&key, (0, 0), &[0; 8], &mut [0; 7]), None);
        for privacy in ALL {
            assert_eq!(privacy.decrypt(&key, (0, 0), &[0; 7], &mut [0; 8]), None, "a salt of seven bytes");
            assert_eq!(privacy.decrypt(&[], (0, 0), &[0; 8], &mut [0; 8]), None, "no key");
        }
    }
}
