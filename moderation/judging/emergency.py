"""What a moderator may send with one tap to somebody in danger. The machine never sends it by itself."""

from offices.models import Office

TEXT = (
    "Jika keadaannya gawat, segera telepon 119 (gratis, 24 jam){own} atau datang ke IGD terdekat. "
    "Jangan menunggu balasan di sini. Pesan Anda sudah kami teruskan kepada petugas jaga."
)


def text_of(office: Office) -> str:
    """The office's own text, else ours with its own number."""
    own = f" atau {office.emergency_number}" if office.emergency_number else ""
    return office.emergency_text.strip() or TEXT.format(own=own)
