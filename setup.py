"""Packaging: every fact is read from settings.ini, the file that nbdev reads too."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
ini = ConfigParser(delimiters=["="])
ini.read(here / "settings.ini", encoding="utf-8")
cfg = ini["DEFAULT"]
train = cfg["train_requirements"].split()
dev = cfg["dev_requirements"].split()

setup(
    name=cfg["distribution"],  # the import stays `lib_name`; the index has another package of that name
    version=cfg["version"],
    description=cfg["description"],
    long_description=(here / "README.md").read_text(encoding="utf-8") if (here / "README.md").exists() else "",
    long_description_content_type="text/markdown",
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["git_url"],
    license="Apache-2.0",
    keywords=cfg["keywords"],
    classifiers=["Intended Audience :: Science/Research", "Natural Language :: English", "Typing :: Typed",
                 "Topic :: Scientific/Engineering", "Programming Language :: Python :: 3",
                 *(f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 15))],
    packages=find_packages(include=["sciassist", "sciassist.*"]),
    package_data={"sciassist": cfg["package_data"].split()},
    python_requires=">=" + cfg["min_python"],
    install_requires=cfg["requirements"].split(),
    extras_require={"train": train, "dev": train + dev, "synthesis": cfg["synthesis_requirements"].split(),
                    "grobid": cfg["grobid_requirements"].split(), "server": cfg["server_requirements"].split(),
                    "tasks": train + cfg["tasks_requirements"].split()},
    entry_points={"console_scripts": cfg["console_scripts"].split(),
                  "nbdev": ["sciassist=sciassist._modidx:d"]},
    zip_safe=False,
)
