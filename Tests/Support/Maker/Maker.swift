import Crypto
import CryptoExtras
let placeholder = SHA256.byteCount
